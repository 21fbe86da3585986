/**
 * The buckets of `hist` and `lhist`: which one a value falls in, and which values one holds.
 *
 * `hist` with k bits splits every power of two into N = 2^k intervals. Bucket 0 holds the negative values,
 * buckets 1 … 2N one value each (0 … 2N-1), and from there each power 2^(p+k) has the N buckets
 * 1 + N(p+1) + j of the values (N+j)·2^p … (N+j+1)·2^p - 1. Values are taken as signed 64-bit.
 *
 * `lhist` has bucket 0 below `min`, one for each whole step up to `max`, and a last one for all above.
 */

/** Inclusive; without `min` open downwards, without `max` open upwards. */
export interface BucketRange {
  readonly min?: bigint;
  readonly max?: bigint;
}

export interface LinearBuckets {
  readonly min: bigint;
  readonly max: bigint;
  readonly step: bigint;
}

export function histBucketCount(bits: number): number {
  return 1 + (64 - bits) * 2 ** bits;
}

export function histBucketIndex(value: bigint, bits: number): number {
  const signed = BigInt.asIntN(64, value);
  if (signed < 0n) return 0;
  const perPower = 2 ** bits;
  if (signed < 2 * perPower) return 1 + Number(signed);
  const power = signed.toString(2).length - 1 - bits;
  return 1 + perPower * power + Number(signed >> BigInt(power));
}

export function histBucketRange(index: number, bits: number): BucketRange {
  if (index === 0) return { max: -1n };
  return { min: histBucketStart(index, bits), max: histBucketStart(index + 1, bits) - 1n };
}

/** First value of bucket `index` (≥ 1); the bucket after the last one starts at 2^63. */
export function histBucketStart(index: number, bits: number): bigint {
  const { mantissa, power } = histBucketParts(index, bits);
  return BigInt(mantissa) << BigInt(power);
}

/** The first value of bucket `index` (≥ 1) is mantissa · 2^power. */
export function histBucketParts(
  index: number,
  bits: number,
): { readonly mantissa: number; readonly power: number } {
  const perPower = 2 ** bits;
  const position = index - 1;
  if (position < 2 * perPower) return { mantissa: position, power: 0 };
  return { mantissa: perPower + (position % perPower), power: Math.floor(position / perPower) - 1 };
}

function steps(range: LinearBuckets): bigint {
  return (range.max - range.min) / range.step;
}

export function lhistBucketCount(range: LinearBuckets): number {
  return 2 + Number(steps(range));
}

export function lhistBucketIndex(value: bigint, range: LinearBuckets): number {
  if (value < range.min) return 0;
  const step = Number((value - range.min) / range.step);
  return 1 + Math.min(step, Number(steps(range)));
}

export function lhistBucketRange(index: number, range: LinearBuckets): BucketRange {
  const start = range.min + BigInt(index - 1) * range.step;
  if (index === 0) return { max: range.min - 1n };
  if (index === lhistBucketCount(range) - 1) return { min: start };
  return { min: start, max: start + range.step - 1n };
}
