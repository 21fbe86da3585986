/**
 * Time series: the rings of all CPUs combined into the intervals that are shown. See SeriesLayout in
 * src/program/layout.ts.
 */
import type { SeriesPoint } from '../../output/map-contents.ts';
import { SeriesLayout } from '../../program/layout.ts';
import type { AggregateType } from '../../program/types.ts';
import { type Copies, wrap } from './aggregate.ts';

export type SeriesType = Extract<AggregateType, { readonly kind: 'tseries' }>;

interface Interval {
  readonly value: bigint;
  /** Time of the value for `last`, else the number of values. */
  readonly extra: bigint;
}

/** Intervals by number, of one element of the map. */
export type Intervals = ReadonlyMap<bigint, Interval>;

export function mergeIntervals(type: SeriesType, copies: Copies, offset: number): Intervals {
  const { view } = copies.memory;
  const intervals = new Map<bigint, Interval>();
  for (let copy = 0; copy < copies.count; copy++) {
    for (let index = 0; index < type.intervals; index++) {
      const at = offset + copy * copies.stride + index * SeriesLayout.size;
      const number = view.getBigUint64(at + SeriesLayout.number, true);
      if (number === 0n) continue;
      const value = wrap(view.getBigUint64(at + SeriesLayout.value, true), type);
      const interval = { value, extra: view.getBigUint64(at + SeriesLayout.extra, true) };
      const known = intervals.get(number - 1n);
      intervals.set(number - 1n, known === undefined ? interval : combine[type.combine](known, interval));
    }
  }
  return intervals;
}

const total = (a: Interval, b: Interval): Interval => ({
  value: a.value + b.value,
  extra: a.extra + b.extra,
});

const combine: Readonly<Record<SeriesType['combine'], (a: Interval, b: Interval) => Interval>> = {
  last: (a, b) => (b.extra > a.extra ? b : a),
  min: (a, b) => (b.value < a.value ? b : a),
  max: (a, b) => (b.value > a.value ? b : a),
  sum: total,
  avg: total,
};

/** The newest interval of several elements: where the window that is shown ends. */
export function newestInterval(all: readonly Intervals[]): bigint | undefined {
  let newest: bigint | undefined;
  for (const intervals of all) {
    for (const number of intervals.keys()) {
      if (newest === undefined || number > newest) newest = number;
    }
  }
  return newest;
}

/**
 * From the first interval inside the window to `newest`, those without a value included.
 * Starts are moved down to whole multiples of the interval in wall time.
 */
export function seriesPoints(
  type: SeriesType,
  intervals: Intervals,
  newest: bigint,
  wallTimeNs: (bootNs: bigint) => bigint,
): readonly SeriesPoint[] {
  const oldest = newest - BigInt(type.intervals) + 1n;
  const numbers = [...intervals.keys()].filter((number) => number >= oldest);
  if (numbers.length === 0) return [];
  let first = newest;
  for (const number of numbers) if (number < first) first = number;
  const wall = wallTimeNs(first * type.intervalNs);
  const startNs = wall - (wall % type.intervalNs);
  return Array.from({ length: Number(newest - first) + 1 }, (_, index) => {
    const interval = intervals.get(first + BigInt(index));
    return { startNs: startNs + BigInt(index) * type.intervalNs, value: interval && shown(type, interval) };
  });
}

function shown(type: SeriesType, { value, extra }: Interval): bigint {
  return type.combine === 'avg' && extra > 0n ? value / extra : wrap(value, type);
}
