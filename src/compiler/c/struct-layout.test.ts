/**
 * Layout against gcc: random structs are compiled, one member after the other is filled with ones, and the bytes
 * must be those that our offsets and bits say.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { must } from '../../base/assert.ts';
import { sizeOf } from '../../program/layout.ts';
import type { StructField, StructType } from '../../program/types.ts';
import { hasGcc, outputOfC } from './testing/gcc.ts';
import { readC } from './testing/read.ts';

const scalars = [
  'char',
  'unsigned char',
  'short',
  'int',
  'unsigned',
  'long',
  'unsigned long long int',
  '_Bool',
  'uint64_t',
  'void *',
  'double',
  'long double',
] as const;
const integers = [
  'signed char',
  'unsigned short',
  'int',
  'unsigned int',
  'long',
  'unsigned long long',
] as const;
const widths: Readonly<Record<(typeof integers)[number], number>> = {
  'signed char': 8,
  'unsigned short': 16,
  int: 32,
  'unsigned int': 32,
  long: 64,
  'unsigned long long': 64,
};

const attribute = fc.constantFrom('', '', '', '__attribute__((packed))', '__attribute__((aligned(16)))');
const plain = fc.tuple(fc.constantFrom(...scalars), fc.constantFrom('', '', '[3]', '[2][5]'), attribute).map(
  ([type, suffix, extra]) =>
    (name: string) =>
      `${type} ${name}${suffix} ${extra};`,
);
const bits = fc.tuple(fc.constantFrom(...integers), fc.integer({ min: 1, max: 64 })).map(
  ([type, width]) =>
    (name: string) =>
      `${type} ${name} : ${Math.min(width, widths[type])};`,
);
const padding = fc.tuple(fc.constantFrom(...integers), fc.integer({ min: 0, max: 8 })).map(
  ([type, width]) =>
    () =>
      `${type} : ${width};`,
);
const nested = fc
  .tuple(
    fc.constantFrom('struct', 'union'),
    attribute,
    fc.array(fc.oneof(plain, bits), { minLength: 1, maxLength: 3 }),
  )
  .map(
    ([tag, extra, members]) =>
      (name: string) =>
        `${tag} { ${members.map((one, i) => one(`${name}_${i}`)).join(' ')} } ${extra} ${name};`,
  );
const member = fc.oneof({ arbitrary: plain, weight: 4 }, { arbitrary: bits, weight: 5 }, padding, nested);
const struct = fc.tuple(
  fc.constantFrom('struct', 'struct', 'struct', 'union'),
  fc.array(member, { minLength: 1, maxLength: 7 }),
  fc.constantFrom(
    '',
    '',
    '__attribute__((packed))',
    '__attribute__((packed, aligned(2)))',
    '__attribute__((aligned(32)))',
  ),
);

interface Leaf {
  readonly path: string;
  readonly field: StructField;
  /** Bytes from the start of the outermost struct. */
  readonly at: number;
}

/** The members that are no structs, by their dotted names. */
function leavesOf(type: StructType, path = '', at = 0): Leaf[] {
  return type.fields.flatMap((field): Leaf[] => {
    const name = `${path}${field.name}`;
    if (field.type.kind === 'struct') return leavesOf(field.type, `${name}.`, at + field.offset);
    return [{ path: name, field, at: at + field.offset }];
  });
}

function onesAt(total: number, { at, field: { bits, type } }: Leaf): string {
  const bytes = new Uint8Array(total);
  if (bits === undefined) bytes.fill(0xff, at, at + sizeOf(type));
  else for (let i = bits.shift; i < bits.shift + bits.width; i++) bytes[at + (i >> 3)]! |= 1 << (i & 7);
  return Buffer.from(bytes).toString('hex');
}

function probe(name: string, leaves: readonly Leaf[]): string {
  const dumps = leaves.map(({ path, field }) => {
    const set = field.bits === undefined ? `memset(&v.${path}, 255, sizeof v.${path})` : `v.${path} = -1`;
    return `memset(&v, 0, sizeof v); ${set}; dump("${path}", &v, sizeof v);`;
  });
  return `{ ${name} v; printf("${name} %zu %zu\\n", sizeof v, _Alignof(${name})); ${dumps.join('\n')} }`;
}

const prelude = `
#include <stdio.h>
#include <string.h>
#include <stdint.h>
static void dump(const char *name, const void *at, size_t size) {
  printf("%s ", name);
  for (size_t i = 0; i < size; i++) printf("%02x", ((const unsigned char *)at)[i]);
  printf("\\n");
}
`;

function compare(definitions: readonly string[]): void {
  const types = definitions.map((text) => {
    const { definitions: read, problems } = readC(text);
    expect(problems, text).toEqual([]);
    return [...must(read, 'definitions').types.tagged].map(([name, type]) => {
      if (type.kind !== 'struct') throw new Error(`${name} is no struct`);
      return { name, type, leaves: leavesOf(type) };
    })[0]!;
  });
  const probes = types.map(({ name, leaves }) => probe(name, leaves));
  const lines = outputOfC(`${prelude}${definitions.join('\n')}\nint main() { ${probes.join('\n')} }`);
  for (const [i, { name, type, leaves }] of types.entries()) {
    const ours = [
      `${name} ${type.size} ${type.align}`,
      ...leaves.map((leaf) => `${leaf.path} ${onesAt(type.size, leaf)}`),
    ];
    expect(lines.splice(0, ours.length), definitions[i]).toEqual(ours);
  }
}

describe.skipIf(!hasGcc)('layout, as gcc has it (needs gcc)', () => {
  it('of random structs and unions with bit-fields, packed and aligned', () => {
    const shapes = fc.sample(struct, { numRuns: 400, seed: 20260801 });
    compare(
      shapes.map(([tag, members, extra], n) => {
        const body = members.map((one, i) => one(`m${i}`)).join(' ');
        return `${tag} T${n} { ${body} } ${extra};`;
      }),
    );
  });

  it('of the awkward cases', () => {
    compare([
      'struct A { char a; unsigned b : 31; unsigned c : 2; };',
      'struct B { char a; int : 0; char b; };',
      'struct C { char a; long : 3; char b; };',
      'struct D { unsigned long a : 33; unsigned b : 32; } __attribute__((packed));',
      'struct E { unsigned a : 4; unsigned long b : 60; unsigned c : 5; };',
      'struct F { char a; int b __attribute__((packed)); int c : 5 __attribute__((aligned(8))); };',
      'union G { unsigned a : 9; char b[3]; } __attribute__((packed));',
      'struct __attribute__((packed)) H { char a; struct { char x; int y; } b; };',
      'struct I { char a; int (*call)(int, char *); int *list[3]; int (*table)[4]; };',
      'struct J { _Bool a : 1; unsigned char b : 7; short c : 9; };',
      'struct K { char n; long data[0]; };',
    ]);
  });
});

describe('layout', () => {
  it('names members of anonymous structs and unions by themselves', () => {
    const { definitions } = readC('struct S { int a; union { int b; struct { char c, d; }; }; };');
    const type = definitions?.types.tagged.get('struct S');
    const inner = type?.kind === 'struct' ? type.fields[1] : undefined;
    expect(inner).toMatchObject({ name: '', offset: 4, type: { kind: 'struct', tag: 'union', size: 4 } });
  });

  it('reads a packed bit-field across units with one load inside of the struct', () => {
    const { definitions } = readC(
      'struct S { unsigned a : 5; unsigned b : 32; char c; } __attribute__((packed));',
    );
    const type = definitions?.types.tagged.get('struct S');
    expect(type?.kind === 'struct' && type.fields[1]).toMatchObject({
      offset: 0,
      type: { kind: 'int', size: 8 },
      bits: { shift: 5, width: 32 },
    });
  });
});
