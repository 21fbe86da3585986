import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  histBucketCount,
  histBucketIndex,
  histBucketRange,
  lhistBucketCount,
  lhistBucketIndex,
  lhistBucketRange,
} from './histogram.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const bits = fc.integer({ min: 0, max: 5 });

describe('hist buckets', () => {
  it('puts each value in the bucket that holds it', () => {
    fc.assert(
      fc.property(int64, bits, (value, k) => {
        const index = histBucketIndex(value, k);
        const { min, max } = histBucketRange(index, k);
        expect(index).toBeLessThan(histBucketCount(k));
        expect(min === undefined || min <= value).toBe(true);
        expect(value <= max!).toBe(true);
      }),
    );
  });

  it.each([0, 1, 2, 3, 4, 5])('covers all of int64 without gap or overlap, bits %i', (k) => {
    let next = 0n;
    for (let index = 1; index < histBucketCount(k); index++) {
      const { min, max } = histBucketRange(index, k);
      expect(min).toBe(next);
      next = max! + 1n;
    }
    expect(next).toBe(2n ** 63n);
  });

  it('agrees with the intervals of the reference', () => {
    expect(histBucketRange(histBucketIndex(1023n, 0), 0)).toEqual({ min: 512n, max: 1023n });
    expect(histBucketRange(histBucketIndex(1000n, 2), 2)).toEqual({ min: 896n, max: 1023n });
    expect(histBucketRange(histBucketIndex(1024n, 2), 2)).toEqual({ min: 1024n, max: 1279n });
    expect(histBucketRange(histBucketIndex(9n, 2), 2)).toEqual({ min: 8n, max: 9n });
    expect(histBucketRange(histBucketIndex(7n, 2), 2)).toEqual({ min: 7n, max: 7n });
  });

  it('counts unsigned values from 2^63 up as negative', () => {
    expect(histBucketIndex(2n ** 63n, 3)).toBe(0);
  });
});

describe('lhist buckets', () => {
  it('ends at the last whole step', () => {
    const range = { min: 3n, max: 10n, step: 3n };
    expect(lhistBucketCount(range)).toBe(4);
    expect([2n, 3n, 5n, 6n, 8n, 9n, 10n, 99n].map((value) => lhistBucketIndex(value, range))).toEqual([
      0, 1, 1, 2, 2, 3, 3, 3,
    ]);
    expect([0, 1, 2, 3].map((index) => lhistBucketRange(index, range))).toEqual([
      { max: 2n },
      { min: 3n, max: 5n },
      { min: 6n, max: 8n },
      { min: 9n },
    ]);
  });
});
