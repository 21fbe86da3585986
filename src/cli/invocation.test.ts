/** What the words of a command line ask for. */
import { describe, expect, it } from 'vitest';
import { parseInvocation } from './invocation.ts';

const parse = (...words: readonly string[]) => parseInvocation(words, 'kscope');

describe('the mode', () => {
  it.each([
    [['-e', 'x'], 'run'],
    [['--test', '-e', 'x'], 'test'],
    [['--mode', 'bench', '-e', 'x'], 'bench'],
    [['--mode', 'codegen', '-e', 'x'], 'codegen'],
  ])('of %j', (words, mode) => {
    expect(parse(...words)).toMatchObject({ kind: 'run', mode });
  });

  it.each([
    [['--fmt', 'x'], 'format'],
    [['--mode', 'format', 'x'], 'format'],
    [['-l'], 'list'],
    [['--info'], 'info'],
  ])('%j is no run', (words, kind) => {
    expect(parse(...words).kind).toBe(kind);
  });
});

describe('mistakes', () => {
  it.each<[string, readonly string[], string]>([
    [
      'an unknown mode',
      ['--mode', 'x', 'f'],
      "USAGE: --mode can only be 'codegen', 'compiler-bench', 'bench', 'test' or 'format'.",
    ],
    ['two modes', ['--test', '--bench', 'f'], 'USAGE: --bench conflicts with existing --mode'],
    ['a mode and --test', ['--mode', 'bench', '--test', 'f'], 'USAGE: --test conflicts with existing --mode'],
    ['-k and --aot', ['-k', '--aot', 'x', 'f'], 'Cannot use -k with --aot'],
    ['two operands of -l', ['-l', 'a', 'b'], ''],
    ['a pid of 0', ['-p', '0', 'f'], 'Pid out of range: 0'],
  ])('%s', (_, words, message) => {
    expect(() => parse(...words)).toThrow(message);
  });
});

describe('parameters of the program', () => {
  it('follow the script; those with dashes are named', () => {
    const words = ['x.bt', 'left', '--', '--size=8', '--fast', 'right'];
    expect(parse(...words)).toMatchObject({
      source: {
        file: 'x.bt',
        positionals: ['left', 'right'],
        named: new Map([
          ['size', '8'],
          ['fast', 'true'],
        ]),
      },
    });
  });

  it('an empty command is none', () => {
    expect(parse('-c', '', '-e', 'x')).toMatchObject({ common: { command: undefined } });
    expect(parse('-c', 'a  b', '-e', 'x')).toMatchObject({ common: { command: ['a', 'b'] } });
  });
});
