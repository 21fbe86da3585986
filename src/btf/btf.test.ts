import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Btf } from './btf.ts';
import { compileBtf } from './testing/compile-btf.ts';

/** The C compiler is the judge: it writes the BTF, and the program that it compiles prints the true layout. */
const source = String.raw`
#include <stddef.h>
#include <stdio.h>
enum colour { RED = 1, GREEN = 7, BLUE = 0x7fffffff };
typedef unsigned long long u64_t;
struct inner { char c; short s[15]; };
struct sample {
  int first;
  unsigned a : 3, b : 7, : 2, d : 20;
  union { u64_t wide; struct { unsigned low, high; }; };
  const volatile struct inner *const in;
  struct inner many[4];
  enum colour colour;
  int (*run)(struct sample *self, const char *name, ...);
  double ratio;
  _Bool flag;
  char tail[];
};
struct sample sample; enum colour one; struct opaque *hidden;
int twice(int value) { return 2 * value; }
#define PLACE(m) printf("%s %zu\n", #m, offsetof(struct sample, m))
int main(void) {
  printf("size %zu\ninner %zu\n", sizeof(struct sample), sizeof(struct inner));
  PLACE(first); PLACE(wide); PLACE(low); PLACE(high); PLACE(in); PLACE(many); PLACE(colour); PLACE(run);
  PLACE(ratio); PLACE(flag); PLACE(tail);
  sample.d = ~0; unsigned word = ((unsigned *)&sample)[1];
  printf("shift_d %d\nbits_d %d\n", __builtin_ctz(word), __builtin_popcount(word));
  return 0;
}`;

const folder = mkdtempSync(join(tmpdir(), 'kscope-btf-'));
afterAll(() => rmSync(folder, { recursive: true }));

function compile(): { btf: Btf; truth: Map<string, number> } {
  const file = (name: string) => join(folder, name);
  writeFileSync(file('sample.c'), source);
  execFileSync('gcc', ['-o', file('sample'), file('sample.c')]);
  const lines = execFileSync(file('sample'), { encoding: 'utf8' }).trim().split('\n');
  const truth = new Map<string, number>();
  for (const [name = '', value] of lines.map((line) => line.split(' '))) truth.set(name, Number(value));
  return { btf: Btf.parse(compileBtf(source), { name: 'sample' }), truth };
}

const { btf, truth } = compile();
const sample = btf.find('sample', 'struct')!;

describe('BTF written by the C compiler', () => {
  it('gives the sizes that sizeof gives', () => {
    expect(btf.sizeOf(sample)).toBe(truth.get('size'));
    expect(btf.sizeOf(btf.find('inner', 'struct')!)).toBe(truth.get('inner'));
    expect(btf.sizeOf(btf.findMember(sample, 'many')!.typeId)).toBe(4 * truth.get('inner')!);
  });

  it.each(['first', 'wide', 'low', 'high', 'in', 'many', 'colour', 'run', 'ratio', 'flag', 'tail'])(
    'places %s where offsetof says',
    (member) => {
      expect(btf.findMember(sample, member)?.bitOffset).toBe(8 * truth.get(member)!);
    },
  );

  it('places bit-fields', () => {
    const found = btf.findMember(sample, 'd')!;
    expect(found.bitWidth).toBe(truth.get('bits_d'));
    expect(found.bitOffset).toBe(32 + truth.get('shift_d')!);
    expect(btf.findMember(sample, 'first')!.bitWidth).toBe(0);
  });

  it('passes through anonymous members and tells the way', () => {
    expect(btf.findMember(sample, 'high')!.path.map((member) => member.name)).toEqual(['', '', 'high']);
    expect(btf.findMember(sample, 'c')).toBeUndefined();
    expect(btf.findMember(sample, '')).toBeUndefined();
  });

  it('finds enumerators by their whole name', () => {
    const colour = btf.find('colour', 'enum')!;
    expect(btf.enumConstant('GREEN')).toEqual({ value: 7n, enumId: colour });
    expect(btf.enumConstant('BLUE')?.value).toBe(0x7fffffffn);
    expect(btf.enumConstant('GREE')).toBeUndefined();
    expect(btf.enumConstant('REEN')).toBeUndefined();
  });

  it('strips typedefs and qualifiers', () => {
    const wide = btf.type(btf.strip(btf.find('u64_t', 'typedef')!));
    expect(wide).toMatchObject({ kind: 'int', size: 8, signed: false, bits: 64 });
    expect(btf.type(btf.strip(btf.findMember(sample, 'in')!.typeId)).kind).toBe('ptr');
    expect(btf.type(btf.findMember(sample, 'ratio')!.typeId)).toMatchObject({ kind: 'float', size: 8 });
    expect(btf.type(btf.strip(btf.findMember(sample, 'flag')!.typeId))).toMatchObject({
      bool: true,
      size: 1,
    });
  });

  it('prints C that the compiler lays out in the same way', () => {
    const text = [
      btf.toC(btf.find('u64_t', 'typedef')!),
      btf.toC(btf.find('colour', 'enum')!),
      btf.toC(btf.find('inner', 'struct')!),
      btf.toC(sample),
    ].join('\n');
    const check = [...truth.keys()].filter((key) => !/^(size|inner|shift_d|bits_d)$/.test(key));
    const asserts = check.map(
      (m) => `_Static_assert(__builtin_offsetof(struct sample, ${m}) == ${truth.get(m)}, "${m}");`,
    );
    asserts.push(`_Static_assert(sizeof(struct sample) == ${truth.get('size')}, "size");`);
    const path = join(folder, 'printed.c');
    writeFileSync(path, `${text}\n${asserts.join('\n')}\n`);
    expect(() => execFileSync('gcc', ['-std=gnu11', '-c', '-o', '/dev/null', path])).not.toThrow();
  });

  it('prints declarations', () => {
    expect(btf.declaration(btf.findMember(sample, 'run')!.typeId, 'run')).toBe(
      'int (*run)(struct sample *, const char *, ...)',
    );
    expect(btf.declaration(btf.findMember(sample, 'in')!.typeId, 'in')).toMatch(
      /^(const volatile|volatile const) struct inner \* const in$/,
    );
    const rows = btf.findMember(btf.find('inner', 'struct')!, 's')!.typeId;
    expect(btf.declaration(rows, 's')).toBe('short int s[15]');
    expect(btf.declaration(rows)).toBe('short int [15]');
  });
});

describe('listing', () => {
  it('selects names by pattern and by predicate', () => {
    expect([...btf.findAll('sam*', 'struct')]).toEqual([{ id: sample, name: 'sample' }]);
    expect([...btf.findAll((name) => name.length === 5, 'struct')].map(({ name }) => name)).toEqual([
      'inner',
    ]);
    expect([...btf.findAll('*', 'typedef')].map(({ name }) => name)).toContain('u64_t');
  });
});
