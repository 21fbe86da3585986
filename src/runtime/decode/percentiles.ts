/**
 * Percentiles of a histogram. Its buckets tell how many values there were and between which bounds; inside of a
 * bucket they are taken to be evenly spread. The value is thus an estimate that lies in the right bucket: exact for
 * buckets of one value, and finer with more bits, `hist(n, 5)`.
 */
import type { Buckets, Percentile } from '../../output/map-contents.ts';
import type { BucketRange } from '../../program/histogram.ts';

export function percentilesOf(
  buckets: Buckets,
  rangeOf: (index: number) => BucketRange,
  wanted: readonly number[],
): readonly Percentile[] {
  const count = buckets.reduce((sum, one) => sum + one, 0);
  return wanted.map((percent) => ({
    percent,
    value: count === 0 ? undefined : valueOfRank(buckets, rangeOf, rankOf(percent, count)),
  }));
}

/** Of the smallest value that so many percent are not above, from 1. */
function rankOf(percent: number, count: number): number {
  // 99.9 % of 1000 is 998.9999999999999 in doubles.
  const exact = Math.ceil(Number(((percent * count) / 100).toPrecision(12)));
  return Math.min(count, Math.max(1, exact));
}

function valueOfRank(buckets: Buckets, rangeOf: (index: number) => BucketRange, rank: number): bigint {
  let before = 0;
  for (const [index, count] of buckets.entries()) {
    if (rank <= before + count) return inside(rangeOf(index), (rank - before - 0.5) / count);
    before += count;
  }
  return 0n;
}

/** Of a bucket that is open to one side, its bound. */
function inside({ min, max }: BucketRange, part: number): bigint {
  if (min === undefined) return max ?? 0n;
  if (max === undefined) return min;
  return min + BigInt(Math.floor(Number(max - min + 1n) * part));
}
