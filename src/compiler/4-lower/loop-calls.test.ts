/** What becomes a function, and programs that are large or strange enough to be refused by a verifier or by us. */
import { afterAll, describe, expect, it } from 'vitest';
import { fixtureFeatures, fixtureTarget } from '../../../tests/support/fixture-target.ts';
import { hostTarget } from '../../host/target.ts';
import { openDescriptors } from '../../kernel/fd.ts';
import { nativeKernel } from '../../kernel/native.ts';
import { load } from '../../loader/load.ts';
import { compile } from '../compile.ts';

function functionsOf(source: string, features: readonly string[] = [...fixtureFeatures, 'loop']): number {
  const { program, diagnostics } = compile(source, fixtureTarget({ features }));
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  expect(program.functions).toHaveLength(1);
  return program.functions[0]?.functions?.length ?? 1;
}

describe('bodies of loops', () => {
  it.each<[string, number]>([
    ['begin { for $i : 0..16 { @x = $i; } }', 1],
    ['begin { for $i : 0..17 { @x = $i; } }', 2],
    ['begin { $n = pid; for $i : 0..$n { @x = $i; } }', 2],
    ['begin { for $i : 5..2 { @x = $i; } }', 1],
    ['begin { @m[1] = 1; for $kv : @m { @x = $kv.1; } }', 2],
    ['begin { for $i : 0..99 { for $j : 0..99 { for $k : 0..3 { @x = $k; } } } }', 3],
    ['begin { $n = 5; while ($n > 0) { $n--; } @x = $n; }', 1],
    ['begin { for $i : 0..99 { $n = 5; while ($n > 0) { $n--; } @x = $n; } }', 3],
    ['fn f($x : int64) : int64 { return $x; } begin { @x = f(1) + f(2); }', 2],
    [
      'fn f($x : int64) : int64 { for $i : 0..99 { if ($i == $x) { return $i; } } return 0; } begin { @x = f(1); }',
      3,
    ],
  ])('%s: %i functions', (source, count) => expect(functionsOf(source)).toBe(count));

  it('stay in place on a kernel without bpf_loop', () => {
    expect(functionsOf('begin { for $i : 0..99 { @x = $i; } }', fixtureFeatures)).toBe(1);
  });
});

const variables = (count: number) => Array.from({ length: count }, (_, i) => `$v${i}`);
const additions = (names: readonly string[]) =>
  names.map((name, i) => `${name} += ${names[(i + 1) % names.length]};`).join(' ');
const declarations = (names: readonly string[]) =>
  names.map((name, i) => `${name} = (int64)nsecs + ${i};`).join(' ');
const nested = (depth: number, body: string): string =>
  depth === 0 ? body : `for $i${depth} : 0..20 { ${nested(depth - 1, body)} }`;

describe.skipIf(process.getuid?.() !== 0)('the verifier of this kernel (needs root)', () => {
  const kernel = nativeKernel();
  const target = hostTarget(kernel);
  afterAll(() => {
    target.close();
    expect(openDescriptors()).toEqual([]);
  });

  it.each<[string, string]>([
    [
      'counters that are reset',
      '$n = 0; for $i : 0..8000000 { $n++; if ($n == 1000000) { $n = 0; } } @x = $n;',
    ],
    [
      'a counter that starts anew in each round',
      'for $i : 0..1000 { $n = 0; for $j : 0..1000 { $n++; if ($n == 5000) { @x = $n; } } }',
    ],
    [
      'tuples that count',
      '$t = (0, "a"); for $i : 0..80000 { $t = ($t.0 + 1, "b"); if ($t.0 == 3000) { $t = (0, "c"); } } @x = $t.0;',
    ],
    [
      'variables whose address is taken',
      '$x = (int64)0; $p = &$x; for $i : 0..100000 { $x = $x + 1; if (*$p == 77777) { @x = *$p; } }',
    ],
    [
      'while without an end in sight',
      '$n = 100; for $i : 0..50 { while ($n > 3) { $n--; if ((uint64)$n % 7 == 0) { break; } } } @x = $n;',
    ],
    ['a loop that runs no round', '$n = (int64)0; for $i : 0..$n { for $j : 0..99 { @x = $i; } }'],
    ['four loops in each other', `$n = 0; ${nested(4, '$n += $i1 * $i2;')} @x = $n;`],
    ['many variables', `${declarations(variables(24))} ${nested(3, additions(variables(24)))} @x = $v0;`],
    ['stacks and names of processes', 'for $i : 0..50 { @s[kstack(3), comm, pid] = $i; }'],
    ['deleting what the loop is over', '@m[1] = (1, "a"); for $kv : @m { delete(@m, $kv.0); @x = $kv.1.0; }'],
  ])('accepts %s', (_, body) => {
    const { program, diagnostics } = compile(`begin { ${body} }`, target);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const loaded = load(program!, kernel);
    try {
      expect(loaded.functions[0]?.testRun().returned).toBe(0);
    } finally {
      loaded.close();
    }
  });
});

describe('programs that are too much', () => {
  it('use less of the stack when the usual is too much', () => {
    const names = variables(32);
    const strings = [0, 1, 2].map((i) => `$s${i} = str(kptr(${i}), 88);`).join(' ');
    const source = `begin { ${strings} ${declarations(names)} @m[$s0, $s1, $s2] = 1; ${additions(names)} @x = ${names.join(' + ')}; }`;
    expect(functionsOf(source)).toBe(1);
    const { program } = compile(source, fixtureTarget());
    expect(program?.maps.filter(({ name }) => name.startsWith('scratch'))).toHaveLength(1);
  });

  it('are refused with the place of the probe', () => {
    const names = variables(60);
    const source = `begin { }\nend {\n${declarations(names)} ${nested(2, additions(names))} @x = $v0; }`;
    const { program, diagnostics } = compile(
      source,
      fixtureTarget({ features: [...fixtureFeatures, 'loop'] }),
    );
    expect(program).toBeUndefined();
    const [error] = diagnostics.filter(({ severity }) => severity === 'error');
    expect(error).toMatchObject({ code: 'too-much-for-bpf', span: { start: 10, end: 15 } });
    expect(error?.message).toMatch(/^end_2 → end_2_loop_1 → end_2_loop_2 needs \d+ bytes of stack/);
  });
});
