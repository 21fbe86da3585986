/**
 * What was read of a map, made ready for printing: copies of the CPUs merged, elements in the order of the
 * language reference (section 6.3), cut to the largest `top`, divided by `divisor`.
 */
import type { MapContents, MapKey, MapRow, Percentile, SeriesPoint } from '../../output/map-contents.ts';
import type { Printable } from '../../output/value.ts';
import { histBucketRange, lhistBucketRange } from '../../program/histogram.ts';
import type { UserMap } from '../../program/program.ts';
import type { IntType, Type } from '../../program/types.ts';
import {
  type Copies,
  type IntegerAggregate,
  mergeBuckets,
  mergeInteger,
  mergeStatistics,
} from './aggregate.ts';
import { integerReader } from './integer.ts';
import { byBytes, type Comparator, keyComparator, order } from './key-order.ts';
import { Memory } from './memory.ts';
import { percentilesOf } from './percentiles.ts';
import { Printer } from './printable.ts';
import type { Resolvers } from './resolvers.ts';
import { type Intervals, mergeIntervals, newestInterval, type SeriesType, seriesPoints } from './series.ts';

/** Element i has its key at i · keySize and its value at i · elementSize. */
export interface MapSnapshot {
  readonly count: number;
  readonly keySize: number;
  readonly elementSize: number;
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  /** Copies in each value: 1, or the number of possible CPUs. */
  readonly copies: number;
  /** Bytes from one copy to the next. */
  readonly copyStride: number;
}

export interface MapOptions {
  /** How many of the last elements in order; 0 for all. */
  readonly top: number;
  /** 0 counts as 1. */
  readonly divisor: number;
  /** Of histograms, instead of their buckets. */
  readonly percentiles?: readonly number[];
}

export const allElements: MapOptions = { top: 0, divisor: 1 };

/** A scalar map has one row whether it was ever written or not; see {@link isAbsent}. */
export function readMapContents(
  map: UserMap,
  snapshot: MapSnapshot,
  options: MapOptions,
  resolvers: Resolvers,
): MapContents {
  return new MapReader(map, snapshot, options, resolvers).contents();
}

/** Nothing to print at the end of a run: a keyed map without elements, a scalar one without a value. */
export function isAbsent(map: UserMap, snapshot: MapSnapshot): boolean {
  if (!map.scalar) return snapshot.count === 0;
  if (snapshot.count === 0) return true;
  if (map.presenceOffset !== undefined) return snapshot.values[map.presenceOffset] === 0;
  return snapshot.values.subarray(0, snapshot.elementSize).every((byte) => byte === 0);
}

/** An element under consideration: its number in the snapshot, and its merged value. */
interface Candidate<T> {
  readonly element: number;
  readonly value: T;
}

class MapReader {
  readonly #map: UserMap;
  readonly #snapshot: MapSnapshot;
  readonly #resolvers: Resolvers;
  readonly #keys: Memory;
  readonly #copies: Copies;
  readonly #top: number;
  readonly #divisor: bigint;
  readonly #percentiles: readonly number[] | undefined;

  constructor(
    map: UserMap,
    snapshot: MapSnapshot,
    { top, divisor, percentiles }: MapOptions,
    resolvers: Resolvers,
  ) {
    this.#map = map;
    this.#snapshot = snapshot;
    this.#resolvers = resolvers;
    this.#keys = new Memory(snapshot.keys);
    const values =
      map.scalar && snapshot.count === 0 ? new Uint8Array(snapshot.elementSize) : snapshot.values;
    this.#copies = { memory: new Memory(values), count: snapshot.copies, stride: snapshot.copyStride };
    this.#top = top;
    this.#divisor = BigInt(divisor || 1);
    this.#percentiles = percentiles;
  }

  contents(): MapContents {
    const { name, scalar, value: type } = this.#map;
    const named = { name, scalar };
    switch (type.kind) {
      case 'int':
        return {
          ...named,
          kind: 'integer',
          average: false,
          rows: this.#integers((offset) => this.#plainInteger(type, offset)),
        };
      case 'count':
      case 'sum':
      case 'min':
      case 'max':
        return { ...named, kind: 'integer', average: false, rows: this.#aggregates(type) };
      case 'avg':
        return { ...named, kind: 'integer', average: true, rows: this.#aggregates(type) };
      case 'stats': {
        const all = this.#candidates((offset) => mergeStatistics(type, this.#copies, offset));
        return {
          ...named,
          kind: 'stats',
          rows: this.#rows(this.#sorted(all, (a, b) => order(a.average, b.average))),
        };
      }
      case 'hist':
      case 'lhist': {
        const all = this.#candidates((offset) => mergeBuckets(type, this.#copies, offset));
        const rows = this.#rows(this.#largest(this.#sorted(all, (a, b) => total(a) - total(b))));
        if (this.#percentiles !== undefined)
          return { ...named, kind: 'percentiles', rows: percentileRows(type, rows, this.#percentiles) };
        if (type.kind === 'lhist') return { ...named, kind: 'lhist', range: type, rows };
        return { ...named, kind: 'hist', bits: type.bits, divisor: Number(this.#divisor), rows };
      }
      case 'tseries':
        return { ...named, kind: 'tseries', intervalNs: type.intervalNs, rows: this.#series(type) };
      default:
        return { ...named, kind: 'plain', rows: this.#plain(type) };
    }
  }

  #plain(type: Type): readonly MapRow<Printable>[] {
    const printer = new Printer(type, this.#resolvers);
    const all = this.#candidates((offset) => printer.at(this.#copies.memory, offset));
    return this.#rows(this.#largest(this.#sorted(all, () => 0)));
  }

  #plainInteger(type: IntType, offset: number): bigint {
    return BigInt(integerReader(type)(this.#copies.memory, offset));
  }

  #aggregates(type: IntegerAggregate): readonly MapRow<bigint>[] {
    return this.#integers((offset) => mergeInteger(type, this.#copies, offset));
  }

  #integers(read: (offset: number) => bigint): readonly MapRow<bigint>[] {
    const chosen = this.#largest(this.#sorted(this.#candidates(read), order));
    return this.#rows(chosen.map(({ element, value }) => ({ element, value: value / this.#divisor })));
  }

  /** In the order of the keys' bytes. */
  #series(type: SeriesType): readonly MapRow<readonly SeriesPoint[]>[] {
    const all = this.#candidates((offset) => mergeIntervals(type, this.#copies, offset));
    const newest = newestInterval(all.map(({ value }) => value)) ?? 0n;
    const wall = (bootNs: bigint) => this.#resolvers.wallTimeNs('boot', bootNs);
    const inOrder = this.#inKeyOrder(all, byBytes(this.#snapshot.keySize));
    const points = (intervals: Intervals) => seriesPoints(type, intervals, newest, wall);
    return this.#rows(
      this.#largest(inOrder).map(({ element, value }) => ({ element, value: points(value) })),
    );
  }

  /** All elements, or the only one of a scalar map. */
  #candidates<T>(read: (offset: number) => T): Candidate<T>[] {
    const { elementSize, count } = this.#snapshot;
    return Array.from({ length: this.#map.scalar ? 1 : count }, (_, element) => ({
      element,
      value: read(element * elementSize + this.#map.valueOffset),
    }));
  }

  /** By value; equal ones by key. */
  #sorted<T>(all: Candidate<T>[], compare: (a: T, b: T) => number): Candidate<T>[] {
    const { key } = this.#map;
    if (key === undefined) return all;
    return this.#inKeyOrder(all, keyComparator(key)).sort((a, b) => compare(a.value, b.value));
  }

  #inKeyOrder<T>(all: Candidate<T>[], compare: Comparator): Candidate<T>[] {
    const size = this.#snapshot.keySize;
    return all.sort((a, b) => compare(this.#keys, a.element * size, b.element * size));
  }

  #largest<T>(all: Candidate<T>[]): Candidate<T>[] {
    return this.#top > 0 ? all.slice(-this.#top) : all;
  }

  #rows<T>(all: readonly Candidate<T>[]): readonly MapRow<T>[] {
    const { key } = this.#map;
    if (key === undefined) return all.map(({ value }) => ({ key: undefined, value }));
    const printer = new Printer(key, this.#resolvers);
    return all.map(({ element, value }) => ({ key: this.#key(key, printer, element), value }));
  }

  #key(type: Type, printer: Printer, element: number): MapKey {
    const offset = element * this.#snapshot.keySize;
    const text = () => printer.text(this.#keys, offset);
    return {
      text: type.kind === 'tuple' ? () => text().slice(1, -1) : text,
      value: () => printer.value(this.#keys, offset),
    };
  }
}

type Histogram = Extract<UserMap['value'], { readonly kind: 'hist' | 'lhist' }>;

function percentileRows(
  type: Histogram,
  rows: readonly MapRow<readonly number[]>[],
  wanted: readonly number[],
): readonly MapRow<readonly Percentile[]>[] {
  const rangeOf = (index: number) =>
    type.kind === 'hist' ? histBucketRange(index, type.bits) : lhistBucketRange(index, type);
  return rows.map(({ key, value }) => ({ key, value: percentilesOf(value, rangeOf, wanted) }));
}

function total(buckets: readonly number[]): number {
  return buckets.reduce((sum, count) => sum + count, 0);
}
