/**
 * A map as it was read: per-CPU copies merged, elements in the order of printing. Renderers make text, JSON or
 * messages of it without knowing about memory.
 */
import type { LinearBuckets } from '../program/histogram.ts';
import type { Printable, Value } from './value.ts';

export interface MapKey {
  /** Byte string, without the outer parentheses of a tuple. */
  text(): string;
  value(): Value;
}

export interface MapRow<T> {
  /** Undefined for scalar maps. */
  readonly key: MapKey | undefined;
  readonly value: T;
}

export interface Statistics {
  readonly count: bigint;
  readonly average: bigint;
  readonly total: bigint;
}

/** `value`: a value that `percent` percent of all are not above; undefined when there are none. */
export interface Percentile {
  readonly percent: number;
  readonly value: bigint | undefined;
}

/** One interval of a time series; `value` is undefined where nothing was recorded. */
export interface SeriesPoint {
  /** Start of the interval, nanoseconds since 1970. */
  readonly startNs: bigint;
  readonly value: bigint | undefined;
}

/** Number of values in each bucket, in the order of program/histogram.ts. */
export type Buckets = readonly number[];

export type MapContents = { readonly name: string; readonly scalar: boolean } & MapRows;

export type MapRows =
  | { readonly kind: 'plain'; readonly rows: readonly MapRow<Printable>[] }
  /** Integers: plain ones, count, sum, min, max; `average` marks avg. Already divided. */
  | { readonly kind: 'integer'; readonly average: boolean; readonly rows: readonly MapRow<bigint>[] }
  | { readonly kind: 'stats'; readonly rows: readonly MapRow<Statistics>[] }
  /** `divisor` divides the counts for display only: which rows are shown does not depend on it. */
  | {
      readonly kind: 'hist';
      readonly bits: number;
      readonly divisor: number;
      readonly rows: readonly MapRow<Buckets>[];
    }
  | { readonly kind: 'lhist'; readonly range: LinearBuckets; readonly rows: readonly MapRow<Buckets>[] }
  | { readonly kind: 'percentiles'; readonly rows: readonly MapRow<readonly Percentile[]>[] }
  | {
      readonly kind: 'tseries';
      readonly intervalNs: bigint;
      readonly rows: readonly MapRow<readonly SeriesPoint[]>[];
    };
