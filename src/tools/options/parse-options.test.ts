import { describe, expect, it } from 'vitest';
import { choice, decimal, flag, integer, text } from './option.ts';
import { parseOptions } from './parse-options.ts';

const options = {
  pid: integer({ short: 'p', long: 'pid', argument: 'PID', help: 'only this process' }, 1),
  failed: flag({ short: 'x', long: 'failed', also: ['f'], help: 'only what failed' }),
  unit: choice(['us', 'ms'], { long: 'unit', help: 'unit', default: 'us' }),
  interval: decimal({ short: 'i', long: 'interval', argument: 'SECONDS', operand: 0, help: 'seconds' }),
  count: integer({ long: 'count', argument: 'COUNT', operand: 1, help: 'how often' }, 1),
};
const parsed = (...words: string[]) => parseOptions(options, words);

describe('parseOptions', () => {
  it('gives every option a value, or its default', () => {
    expect(parsed()).toEqual({
      pid: undefined,
      failed: false,
      unit: 'us',
      interval: undefined,
      count: undefined,
    });
  });

  it('takes letters, words, clusters, values attached or apart, and operands', () => {
    expect(parsed('-xp12', '--unit=ms', '0.5', '3')).toEqual({
      pid: 12,
      failed: true,
      unit: 'ms',
      interval: 0.5,
      count: 3,
    });
    expect(parsed('-p', '12', '-f', '--interval', '2')).toMatchObject({ pid: 12, failed: true, interval: 2 });
  });

  it.each([
    [['--fialed'], 'unknown option --fialed: did you mean --failed?'],
    [['-z'], 'unknown option -z: see --help'],
    [['-p'], '-p wants PID: only this process'],
    [['-p', 'abc'], "-p wants a whole number of at least 1, not 'abc'"],
    [['--failed=1'], '--failed takes no value'],
    [['--unit', 'days'], "--unit wants us or ms, not 'days'"],
    [['x'], "SECONDS wants a number, not 'x'"],
    [['1', '2', '3'], "nothing is to be done with '3': see --help"],
    [['-i', '1', '2'], "SECONDS is given twice: '2' and -i, --interval"],
  ])('refuses %j in one line', (words, message) => {
    expect(() => parsed(...words)).toThrow(message);
  });

  it('wants operands that may not be left out, and gives all words to the last', () => {
    const probe = {
      probe: text({
        long: 'probe',
        argument: 'PROBE',
        operand: 0,
        required: true,
        rest: true,
        help: 'what to trace',
      }),
    };
    expect(parseOptions(probe, ['a', 'b'])).toEqual({ probe: 'a b' });
    expect(() => parseOptions(probe, [])).toThrow('PROBE is missing: what to trace');
  });
});
