/** What declarations mean, what is refused and where, and that no text makes the reader crash or hang. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typeName } from '../../program/layout.ts';
import type { StructType, Type } from '../../program/types.ts';
import type { Source } from '../ast.ts';
import type { CDefinitionOptions } from './read-definitions.ts';
import { readC } from './testing/read.ts';

function structOf(text: string, options: CDefinitionOptions = {}): StructType {
  const { definitions, problems } = readC(text, options);
  expect(problems).toEqual([]);
  const type = definitions?.types.tagged.get('struct S');
  if (type?.kind !== 'struct') throw new Error(`no struct S in ${text}`);
  return type;
}

function nameOf(type: Type): string {
  return type.kind === 'pointer' && type.to.kind === 'named'
    ? `${type.to.tag} ${type.to.name} *`
    : typeName(type);
}

/** `name: type at offset` */
function fieldsOf(text: string, options: CDefinitionOptions = {}): string[] {
  return structOf(text, options).fields.map(
    ({ name, type, offset }) => `${name}: ${nameOf(type)} at ${offset}`,
  );
}

describe('types of members', () => {
  it.each([
    ['char c', 'int8'],
    ['signed char c', 'int8'],
    ['unsigned char c', 'uint8'],
    ['short int c', 'int16'],
    ['unsigned short c', 'uint16'],
    ['int unsigned c', 'uint32'],
    ['unsigned c', 'uint32'],
    ['long c', 'int64'],
    ['long unsigned int c', 'uint64'],
    ['unsigned long long int c', 'uint64'],
    ['long long c', 'int64'],
    ['_Bool c', 'uint8'],
    ['bool c', 'uint8'],
    ['const volatile int c', 'int32'],
    ['int const *restrict c', 'int32 *'],
    ['__u32 c', 'uint32'],
    ['u8 c', 'uint8'],
    ['__s64 c', 'int64'],
    ['uint16_t c', 'uint16'],
    ['__be32 c', 'uint32'],
    ['size_t c', 'uint64'],
    ['pid_t c', 'int32'],
    ['double c', 'uint8[8]'],
    ['void *c', 'void *'],
    ['char *c', 'int8 *'],
    ['char **c', 'int8 * *'],
    ['char c[8]', 'string[8]'],
    ['int8_t c[8]', 'string[8]'],
    ['unsigned char c[8]', 'uint8[8]'],
    ['char c[2][8]', 'string[8][2]'],
    ['int c[2][3]', 'int32[3][2]'],
    ['int *c[4]', 'int32 *[4]'],
    ['int (*c)[4]', 'int32[4] *'],
    ['int (*c)(int, void *)', 'void *'],
    ['void (*c[3])(void)', 'void *[3]'],
    ['int (*(*c)(int))[3]', 'void *'],
    ['struct other *c', 'struct other *'],
    ['struct S *c', 'struct S *'],
    ['enum { A, B } c', 'enum '],
    ['char c[sizeof(long) + 1]', 'string[9]'],
    ["char c['a' - 96 + (1 ? 2 : 3) * (5 > 4) << 1]", 'string[6]'],
    ['char c[010 + 0x10 + 0b11]', 'string[27]'],
    ['struct { int x; } c __attribute__((aligned(8)))', 'struct '],
    ['int __user *c', 'int32 *'],
  ])('%s is %s', (declaration, type) => {
    const [field] = structOf(`struct S { ${declaration}; };`).fields;
    expect(field && nameOf(field.type)).toBe(type);
  });

  it('follows typedefs of headers, also those of structs that come later', () => {
    const header =
      'typedef struct node node_t; typedef unsigned int id_t, *ids_t; struct node { id_t id; node_t *next; };';
    expect(fieldsOf(`${header} struct S { node_t n; ids_t p; };`)).toEqual([
      'n: struct node at 0',
      'p: uint32 * at 16',
    ]);
  });

  it('keeps anonymous members apart from named ones of a struct type', () => {
    expect(fieldsOf('struct S { struct { int a; }; struct { int b; } c; struct T { int d; } e; };')).toEqual([
      ': struct  at 0',
      'c: struct  at 4',
      'e: struct T at 8',
    ]);
  });

  it('shrinks to nothing for a flexible array', () => {
    const type = structOf('struct S { int n; long rest[]; };');
    expect({ size: type.size, rest: type.fields[1] }).toMatchObject({
      size: 8,
      rest: { offset: 8, type: { kind: 'array', length: 0 } },
    });
  });

  it('takes what it does not define from outside', () => {
    const inner: Type = { kind: 'struct', tag: 'struct', name: 'list', size: 16, align: 8, fields: [] };
    const external = {
      plain: (name: string): Type | undefined =>
        name === 'kernel_t' ? { kind: 'int', size: 2, signed: false } : undefined,
      tagged: (_: string, name: string) => (name === 'list' ? inner : undefined),
      constant: (name: string) => (name === 'LENGTH' ? 5n : undefined),
    };
    expect(fieldsOf('struct S { kernel_t k; struct list l; char c[LENGTH]; };', { external })).toEqual([
      'k: uint16 at 0',
      'l: struct list at 8',
      'c: string[5] at 24',
    ]);
  });
});

describe('enums', () => {
  const enumOf = (text: string) => {
    const { definitions, problems } = readC(text);
    expect(problems).toEqual([]);
    const type = definitions?.types.tagged.get('enum E');
    return type?.kind === 'enum'
      ? { size: type.size, signed: type.signed, all: [...type.variants] }
      : undefined;
  };

  it('count on, and use earlier values', () => {
    expect(enumOf('enum E { A, B = 5, C, D = B * 2 + 1, };')).toEqual({
      size: 4,
      signed: false,
      all: [
        [0n, 'A'],
        [5n, 'B'],
        [6n, 'C'],
        [11n, 'D'],
      ],
    });
  });

  it('are signed when a value is negative, wide when one needs it, small when packed', () => {
    expect(enumOf('enum E { A = -1, B };')).toMatchObject({ size: 4, signed: true });
    expect(enumOf('enum E { A = 0x100000000 };')).toMatchObject({ size: 8, signed: false });
    expect(enumOf('enum E { A, B } __attribute__((packed));')).toMatchObject({ size: 1 });
  });

  it('show the first name of a value', () => {
    expect(enumOf('enum E { A = 1, ALSO_A = 1 };')?.all).toEqual([[1n, 'A']]);
  });
});

describe('the preprocessor', () => {
  const macrosOf = (text: string, options: CDefinitionOptions = {}) => {
    const { definitions, problems } = readC(text, options);
    expect(problems).toEqual([]);
    return Object.fromEntries([...(definitions?.macros ?? [])].map(([name, { text: body }]) => [name, body]));
  };

  it('hands object-like macros on as they are written, others expanded', () => {
    expect(
      macrosOf('#define A 1 + \\\n 2\n#define B(x) ((x) * 2)\n#define C B(A) // twice\n#define D\n'),
    ).toEqual({
      A: '1 +   2',
      C: '( ( A ) * 2 )',
      D: '',
    });
  });

  it('takes one branch of a conditional', () => {
    const chosen = (condition: string) =>
      macrosOf(`#define N 3\n#if ${condition}\n#define R yes\n#else\n#define R no\n#endif`).R;
    expect(chosen('N == 3')).toBe('yes');
    expect(chosen('defined(N) && !defined M')).toBe('yes');
    expect(chosen('UNKNOWN')).toBe('no');
    expect(chosen('N > 3 || (N << 1) == 6')).toBe('yes');
    expect(chosen("'a' == 97 && 0x10 == 020")).toBe('yes');
    expect(chosen('__has_include(<x.h>)')).toBe('no');
    expect(chosen('-1 < 0 ? 0 : 1')).toBe('no');
  });

  it('skips what stands in a branch that is not taken, whatever it is', () => {
    const text = `#if 0\n#error it's no C\nstruct {{{ \n#if 1\n#else\n#define A 1\n#endif\n#elif 1\n#define A 2\n#else\n#define A 3\n#endif`;
    expect(macrosOf(text)).toEqual({ A: '2' });
  });

  it('includes headers once, with the name of the file that asks', () => {
    const asked: string[] = [];
    const files: Record<string, string> = {
      'a.h': '#pragma once\n#include "b.h"\nstruct A { struct B b; };',
      'b.h': '#ifndef B_H\n#define B_H\n#include "a.h"\nstruct B { int x; };\n#endif',
    };
    const readInclude = (path: string, from: string | undefined): Source | undefined => {
      asked.push(`${from} > ${path}`);
      return files[path] === undefined ? undefined : { name: path, text: files[path] };
    };
    const { definitions, problems } = readC('#include "a.h"\n#include "b.h"\n', { readInclude });
    expect(problems).toEqual([]);
    expect([...(definitions?.types.tagged.keys() ?? [])]).toEqual(['struct B', 'struct A']);
    expect(asked).toEqual(['stdin > a.h', 'a.h > b.h', 'b.h > a.h', 'stdin > b.h']);
  });

  it('knows the constants of system headers, weaker than definitions', () => {
    const external = { plain: () => undefined, tagged: () => undefined, constant: () => undefined };
    const text = '#include <linux/socket.h>\n#define AF_INET 99\nstruct S { char c[AF_INET6]; };';
    expect(macrosOf(text, { external })).toMatchObject({ AF_INET: '99', AF_INET6: '10', ENOENT: '2' });
    expect(fieldsOf(text, { external })).toEqual(['c: string[10] at 0']);
  });
});

describe('mistakes', () => {
  const problemOf = (text: string, options: CDefinitionOptions = {}): string => {
    const { definitions, problems } = readC(text, options);
    expect(definitions).toBeUndefined();
    expect(problems).toHaveLength(1);
    return problems[0] ?? '';
  };

  it.each([
    ['struct S { foo_t a; };', "stdin:11-16: unknown type name 'foo_t'"],
    ['struct S { int a; struct S b; };', "stdin:27-28: field 'b' has incomplete type"],
    ['struct S { struct nowhere b; };', "stdin:26-27: field 'b' has incomplete type"],
    ['struct S { int a int b; };', "stdin:17-20: expected ';'"],
    ['struct S { int a; int a; };', "stdin:7-8: duplicate member 'a'"],
    ['struct S { int a; }; struct S { int b; };', "stdin:28-29: redefinition of 'S'"],
    [
      'struct S { unsigned int long short a; };',
      "stdin:35-36: cannot combine 'unsigned int long short' into a type",
    ],
    ['struct S { int a[-1]; };', 'stdin:17-18: array has a negative size'],
    ['struct S { int a[N]; };', "stdin:17-18: use of undeclared identifier 'N'"],
    ['struct S { int a[1 / 0]; };', 'stdin:19-20: division by zero in a constant expression'],
    ['struct S { int a : 33; };', "stdin:19-21: width of bit-field 'a' (33 bits) exceeds its type (32 bits)"],
    ['struct S { int a : 0; };', "stdin:19-20: named bit-field 'a' has zero width"],
    ['struct S { void *a : 3; };', "stdin:21-22: bit-field 'a' has a type that is no integer"],
    ['struct S { int f(void); };', "stdin:15-16: field 'f' declared as a function"],
    [
      'struct S { int a __attribute__((aligned(3))); };',
      'stdin:40-41: requested alignment is not a power of 2',
    ],
    ['enum E { A, B, A };', "stdin:15-16: redefinition of enumerator 'A'"],
    ['enum E { 5 };', 'stdin:9-10: expected the name of an enumerator'],
    ['#include "no.h"\n', "stdin:0-15: 'no.h' file not found"],
    ['#include <linux/sched.h>\n', "stdin:0-24: 'linux/sched.h' file not found"],
    ['#if 1\nstruct S { int a; };\n', 'stdin:0-5: unterminated conditional directive'],
    ['#else\n', 'stdin:0-5: #else without #if'],
    ['#endif\n', 'stdin:0-6: #endif without #if'],
    ['#if 1 +\n#endif', 'stdin:0-7: expected expression'],
    ['#error too old\n', 'stdin:0-14: too old'],
    ['#nonsense\n', 'stdin:0-9: invalid preprocessing directive #nonsense'],
  ])('%s', (text, problem) => expect(problemOf(text)).toBe(problem));

  it('says in which header they are', () => {
    const readInclude = () => ({ name: 'inc/bad.h', text: 'struct S { what a; };' });
    expect(problemOf('#include "bad.h"\n', { readInclude })).toBe(
      "inc/bad.h:11-15: unknown type name 'what'",
    );
  });

  it('stops a header that includes itself, and macros that multiply', () => {
    const readInclude = () => ({ name: 'self.h', text: '#include "self.h"\n' });
    expect(problemOf('#include "self.h"\n', { readInclude })).toBe('self.h:0-17: #include nested too deeply');
    const lines = Array.from({ length: 30 }, (_, i) => `#define M${i + 1} M${i} M${i}\n`).join('');
    expect(problemOf(`#define M0 int\n${lines}struct S { M30 a; };`)).toContain(
      'macro expansion is too large',
    );
  });

  it('gives up on nesting that no header has', () => {
    expect(problemOf(`${'struct { '.repeat(5000)}`)).toContain('nested too deeply');
    expect(problemOf(`struct S { char a[${'('.repeat(5000)}`)).toContain('nested too deeply');
    expect(problemOf(`struct S { int ${'('.repeat(5000)}`)).toContain('nested too deeply');
    expect(problemOf(`struct S { int a[${'~'.repeat(5000)}1]; };`)).toContain('nested too deeply');
  });

  const scraps = [
    'struct',
    'union',
    'enum',
    'S',
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ';',
    ',',
    '*',
    ':',
    '=',
    'int',
    'char',
    'typedef',
    'a',
    '3',
    '0x',
    "'",
    '"',
    '#',
    'define',
    'if',
    'include',
    '\n',
    '__attribute__',
    '((packed))',
    'sizeof',
    '<',
    '...',
  ];

  it('never throws anything else, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...scraps), { maxLength: 40 }), (words) => {
        const { definitions, problems } = readC(words.join(' '));
        expect(definitions === undefined).toBe(problems.length > 0);
      }),
      { numRuns: 3000 },
    );
  });
});
