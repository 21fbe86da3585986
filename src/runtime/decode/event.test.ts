import { describe, expect, it } from 'vitest';
import { compileInteger, compileJoin, compilePrintable } from './event.ts';
import { plainResolvers } from './resolvers.ts';
import { type Argument, encodeRecord, int8, int32, int64, string, tuple } from './testing/encode.ts';

const resolvers = plainResolvers;

describe('compilePrintable', () => {
  it.each<[string, Argument, string, string, unknown]>([
    ['a tuple', { type: tuple(int8, string(4)), value: [1, 'ab'] }, '(1, ab)', '[1,"ab"]', [1, 'ab']],
    [
      'a string of open length',
      { type: string(64), value: 'a "b"', tail: true },
      'a "b"',
      '"a \\"b\\""',
      'a "b"',
    ],
    ['a cut string', { type: string(3), value: 'abc', tail: true }, 'abc..', '"abc.."', 'abc..'],
  ])('reads %s', (_, given, text, json, value) => {
    const { memory, layout } = encodeRecord([given]);
    const printable = compilePrintable(layout, resolvers)(memory, 0, memory.length);
    expect([printable.text(), printable.json(), printable.value()]).toEqual([text, json, value]);
  });
});

describe('compileJoin', () => {
  it('leaves out places at the end that were not used, not empty strings between', () => {
    const tails = ['ls', '', '-l', '', ''].map(
      (value): Argument => ({ type: string(16), value, tail: true }),
    );
    const { memory, layout } = encodeRecord(tails);
    expect(compileJoin(layout, ' ', resolvers)(memory, 0, memory.length)).toBe('ls  -l');
  });
});

describe('compileInteger', () => {
  it('reads a signed 32-bit number', () => {
    for (const [type, value, expected] of [
      [int32, -7, -7],
      [int64, 256n, 256],
      [int64, 2n ** 32n - 1n, -1],
    ] as const) {
      const { memory, layout } = encodeRecord([{ type, value }]);
      expect(compileInteger(layout)(memory, 0, memory.length)).toBe(expected);
    }
    expect(compileInteger({ fixedSize: 8, fields: [] })(encodeRecord([]).memory, 0, 8)).toBe(0);
  });
});
