/**
 * Maps as they are read from the kernel, for tests: keys and values given as JavaScript values, several CPUs'
 * copies for aggregates.
 */
import { histBucketIndex, lhistBucketIndex, roundUp, SeriesLayout, sizeOf } from '../../../program/layout.ts';
import type { UserMap } from '../../../program/program.ts';
import type { AggregateType, Type } from '../../../program/types.ts';
import type { MapSnapshot } from '../map.ts';
import { Memory } from '../memory.ts';
import { type Raw, write } from './encode.ts';

export interface Element {
  readonly key?: Raw;
  /** One for each CPU. */
  readonly copies: readonly Raw[];
}

export function userMap(name: string, value: Type, key?: Type): UserMap {
  return { name, map: 0, scalar: key === undefined, key, value, valueOffset: 0, perCpu: false };
}

export function snapshot(map: UserMap, elements: readonly Element[]): MapSnapshot {
  const keySize = map.key === undefined ? 4 : sizeOf(map.key);
  const copies = Math.max(1, ...elements.map((element) => element.copies.length));
  const copyStride = roundUp(sizeOf(map.value), 8);
  const elementSize = copyStride * copies;
  const keys = new Memory(new Uint8Array(keySize * elements.length));
  const values = new Memory(new Uint8Array(elementSize * elements.length));
  for (const [index, element] of elements.entries()) {
    if (map.key !== undefined && element.key !== undefined)
      write(keys, index * keySize, map.key, element.key);
    for (const [cpu, copy] of element.copies.entries()) {
      write(values, index * elementSize + cpu * copyStride, map.value, copy);
    }
  }
  return {
    count: elements.length,
    keySize,
    elementSize,
    copies,
    copyStride,
    keys: keys.bytes,
    values: values.bytes,
  };
}

/** Buckets after `values` were counted. */
export function histogram(
  type: Extract<AggregateType, { kind: 'hist' | 'lhist' }>,
  values: readonly (number | bigint)[],
): bigint[] {
  const buckets = new Array<bigint>(sizeOf(type) / 8).fill(0n);
  for (const value of values.map(BigInt)) {
    const index = type.kind === 'hist' ? histBucketIndex(value, type.bits) : lhistBucketIndex(value, type);
    buckets[index]! += 1n;
  }
  return buckets;
}

/** A time series' ring with these intervals: number, value, extra. */
export function ring(
  type: Extract<AggregateType, { kind: 'tseries' }>,
  intervals: readonly (readonly [number, number, number])[],
): bigint[] {
  const words = new Array<bigint>(type.intervals * (SeriesLayout.size / 8)).fill(0n);
  for (const [number, value, extra] of intervals) {
    const at = (number % type.intervals) * (SeriesLayout.size / 8);
    words.splice(at, 3, BigInt(number + 1), BigInt(value), BigInt(extra));
  }
  return words;
}
