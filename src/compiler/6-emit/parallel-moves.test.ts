import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequentialise } from './parallel-moves.ts';

describe('sequentialise', () => {
  it('does one after the other what should happen at once', () => {
    const moves = fc.uniqueArray(fc.record({ dst: fc.nat(7), src: fc.nat(7) }), {
      selector: (move) => move.dst,
      maxLength: 8,
    });
    fc.assert(
      fc.property(moves, (parallel) => {
        const registers = Array.from({ length: 8 }, (_, i) => i * 100);
        const expected = [...registers];
        for (const { dst, src } of parallel) expected[dst] = registers[src] ?? -1;
        let next = 8;
        for (const { dst, src } of sequentialise(parallel, () => next++))
          registers[dst] = registers[src] ?? -1;
        expect(registers.slice(0, 8)).toEqual(expected);
        expect(next - 8).toBeLessThanOrEqual(4); // one temporary a cycle, of two registers at least
      }),
    );
  });

  it('needs no temporary without a cycle', () => {
    const never = () => {
      throw new Error('temporary');
    };
    expect(
      sequentialise(
        [
          { dst: 1, src: 2 },
          { dst: 2, src: 3 },
          { dst: 4, src: 4 },
        ],
        never,
      ),
    ).toEqual([
      { dst: 1, src: 2 },
      { dst: 2, src: 3 },
    ]);
  });
});
