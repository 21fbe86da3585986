/**
 * Aggregates as numbers: the copies of all CPUs combined, with the wrap-around of 64-bit arithmetic. Memory as
 * src/program/layout.ts lays it out.
 */
import type { Statistics } from '../../output/map-contents.ts';
import {
  AverageLayout,
  bucketSize,
  CountLayout,
  ExtremeLayout,
  histBucketCount,
  lhistBucketCount,
} from '../../program/layout.ts';
import type { AggregateType } from '../../program/types.ts';
import type { Memory } from './memory.ts';

export type IntegerAggregate = Extract<
  AggregateType,
  { readonly kind: 'count' | 'sum' | 'min' | 'max' | 'avg' | 'stats' }
>;
type ExtremeType = Extract<AggregateType, { readonly kind: 'sum' | 'min' | 'max' | 'avg' | 'stats' }>;
export type BucketAggregate = Extract<AggregateType, { readonly kind: 'hist' | 'lhist' }>;

/** Where the copies of a value lie: `count` of them, each `stride` bytes after the one before. */
export interface Copies {
  readonly memory: Memory;
  readonly count: number;
  readonly stride: number;
}

export function singleCopy(memory: Memory): Copies {
  return { memory, count: 1, stride: 0 };
}

/** What the aggregate counts as when it is read as an integer; for `stats` the average. Zero without values. */
export function mergeInteger(type: IntegerAggregate, copies: Copies, offset: number): bigint {
  switch (type.kind) {
    case 'count':
      return BigInt.asUintN(64, sum(copies, offset + CountLayout.value));
    case 'sum':
      return wrap(sum(copies, offset + ExtremeLayout.value), type);
    case 'min':
    case 'max':
      return mergeExtreme(type, copies, offset);
    case 'avg':
    case 'stats':
      return mergeStatistics(type, copies, offset).average;
  }
}

export function mergeStatistics(type: ExtremeType, copies: Copies, offset: number): Statistics {
  const count = BigInt.asUintN(64, sum(copies, offset + AverageLayout.count));
  const total = wrap(sum(copies, offset + AverageLayout.total), type);
  return { count, total, average: count === 0n ? 0n : total / count };
}

/** Counts of each bucket, in the order of program/histogram.ts. */
export function mergeBuckets(type: BucketAggregate, copies: Copies, offset: number): number[] {
  const length = type.kind === 'hist' ? histBucketCount(type.bits) : lhistBucketCount(type);
  const buckets = new Array<number>(length).fill(0);
  const { view } = copies.memory;
  for (let copy = 0; copy < copies.count; copy++) {
    const start = offset + copy * copies.stride;
    for (let index = 0; index < length; index++) {
      const at = start + index * bucketSize;
      buckets[index]! += view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
    }
  }
  return buckets;
}

function sum({ memory, count, stride }: Copies, at: number): bigint {
  let total = 0n;
  for (let copy = 0; copy < count; copy++) total += memory.view.getBigUint64(at + copy * stride, true);
  return total;
}

function mergeExtreme(
  type: ExtremeType,
  { memory: { view }, count, stride }: Copies,
  offset: number,
): bigint {
  let extreme: bigint | undefined;
  for (let copy = 0, at = offset; copy < count; copy++, at += stride) {
    if (view.getUint32(at + ExtremeLayout.present, true) === 0) continue;
    const value = wrap(view.getBigUint64(at + ExtremeLayout.value, true), type);
    if (extreme === undefined || (type.kind === 'min' ? value < extreme : value > extreme)) extreme = value;
  }
  return extreme ?? 0n;
}

export function wrap(value: bigint, { signed }: { readonly signed: boolean }): bigint {
  return signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
}
