import { describe, expect, it } from 'vitest';
import { fixtureTarget } from '../../../tests/support/fixture-target.ts';
import { compile } from '../../compiler/compile.ts';
import type { IsaVersion } from '../../program/target.ts';
import { compareVariants, difference } from './compare.ts';

const versions = [1, 2, 3, 4] as const;

function variant(source: string, isa: IsaVersion) {
  const { program } = compile(source, fixtureTarget(), { isa });
  if (program === undefined) throw new Error(`does not compile: ${source}`);
  return { isa, program };
}

const compared = (source: string) => compareVariants(versions.map((isa) => variant(source, isa)));
const sizes = (source: string) =>
  versions.map((isa) => variant(source, isa).program.functions[0]!.code.length / 8);

const probe = 'tracepoint:raw_syscalls:sys_exit';

describe('what a newer version of the instruction set saves', () => {
  it.each([
    [
      'a comparison of two variables',
      `${probe} { $ts = nsecs; $delta = nsecs - 5; if ($delta < $ts) { @ = 1 } }`,
    ],
    ['a 32-bit comparison with a constant', `${probe} { $x = (int32)args.ret; if ($x < 5) { @ = 1 } }`],
    ['a signed division', `${probe} { @ = args.ret / 1000; }`],
    ['a sign extension', `${probe} { @ = (int64)(int32)args.ret; }`],
  ])('%s never takes more', (_, source) => {
    const all = sizes(source);
    expect(all).toEqual([...all].sort((a, b) => b - a));
  });

  it('comparisons that are less than exist from v2 on', () => {
    const text = compared(`${probe} { $ts = nsecs; $delta = nsecs - 5; if ($delta < $ts) { @ = 1 } }`);
    expect(text).toMatch(/v2 → v3: the same/);
  });

  it('a narrow comparison needs no extension in v3', () => {
    const text = compared(`${probe} { $x = (int32)args.ret; if ($x < 5) { @ = 1 } }`);
    expect(text).toMatch(/v2 → v3:\n {4}- r\d <<= 32\n {4}- r\d s>>= 32\n(.*\n)* {4}\+ if w\d s>= 0x5/);
  });

  it('signed division and sign-extending moves are instructions in v4', () => {
    expect(compared(`${probe} { @ = args.ret / 1000; }`)).toMatch(/v3 → v4:\n(.*\n)* {4}\+ r\d s\/= 1000/);
    expect(compared(`${probe} { @ = (int64)(int32)args.ret; }`)).toMatch(
      /v3 → v4:\n {4}- r\d <<= 32\n {4}- r\d s>>= 32\n {4}\+ r\d = \(s32\)r\d|v3 → v4:\n(.*\n)* {4}\+ r\d = \*\(s32/,
    );
  });
});

it('differences are the lines of one side only, jumps compared without their distance', () => {
  const before = ['r0 = 0', 'goto pc+1', 'r1 = 1', 'r2 = 2', 'exit'];
  expect(difference(before, before)).toEqual([]);
  expect(difference(before, ['r0 = 0', 'goto pc+7', 'r2 = 2', 'r3 = 3', 'exit'])).toEqual([
    '- r1 = 1',
    '',
    '+ r3 = 3',
  ]);
});
