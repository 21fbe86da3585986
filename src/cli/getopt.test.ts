import { describe, expect, it } from 'vitest';
import { getopt } from './getopt.ts';
import { optionTable } from './option-table.ts';

const parse = (...words: readonly string[]) => {
  const { options, operands } = getopt(words, optionTable, 'kscope');
  return { options: Object.fromEntries(options), operands };
};

describe('getopt', () => {
  it.each<[readonly string[], ReturnType<typeof parse>]>([
    [['-e', 'x'], { options: { program: ['x'] }, operands: [] }],
    [['-ex'], { options: { program: ['x'] }, operands: [] }],
    [['-vqe', 'x'], { options: { verbose: [''], quiet: [''], program: ['x'] }, operands: [] }],
    [
      ['a', '-v', 'b', '--', '-q', '--x=1'],
      { options: { verbose: [''] }, operands: ['a', 'b', '-q', '--x=1'] },
    ],
    [['--pid=5', '--output', 'f'], { options: { pid: ['5'], output: ['f'] }, operands: [] }],
    [['--verb'], { options: { verbose: [''] }, operands: [] }],
    [['-'], { options: {}, operands: ['-'] }],
    [['-d', 'ast', '-d', 'asm'], { options: { debug: ['ast', 'asm'] }, operands: [] }],
    [['-e', '-v'], { options: { program: ['-v'] }, operands: [] }],
  ])('reads %j', (words, expected) => {
    expect(parse(...words)).toEqual(expected);
  });

  it.each([
    [['--nope'], "kscope: unrecognized option '--nope'"],
    [['-x'], "kscope: invalid option -- 'x'"],
    [['-e'], "kscope: option requires an argument -- 'e'"],
    [['--pid'], "kscope: option '--pid' requires an argument"],
    [['--verbose=1'], "kscope: option '--verbose' doesn't allow an argument"],
    [['--in'], "kscope: option '--in' is ambiguous; possibilities: '--include' '--info'"],
  ])('refuses %j as getopt_long does', (words, message) => {
    expect(() => parse(...words)).toThrow(message);
  });

  it('has no spelling twice', () => {
    const spellings = optionTable.flatMap(({ short, long }) =>
      [short, long].filter((text) => text !== undefined),
    );
    expect(new Set(spellings).size).toBe(spellings.length);
  });
});
