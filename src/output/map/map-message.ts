/**
 * Maps as messages: the same elements in the same order as in text, as plain values.
 */
import { assertNever } from '../../base/assert.ts';
import { type BucketRange, histBucketRange, lhistBucketRange } from '../../program/histogram.ts';
import { fromByteString } from '../byte-string.ts';
import type { Buckets, MapContents, MapRow, SeriesPoint } from '../map-contents.ts';
import type { Bucket, MapElement, MapMessage, Point } from '../protocol.ts';
import { narrow } from '../value.ts';
import { occupied } from './histogram-text.ts';

export function mapMessage(map: MapContents): MapMessage {
  const named = { name: fromByteString(map.name), scalar: map.scalar };
  switch (map.kind) {
    case 'plain':
      return { ...named, kind: 'values', rows: elements(map.rows, (value) => value.value()) };
    case 'integer':
      return { ...named, kind: 'values', rows: elements(map.rows, narrow) };
    case 'stats':
      return {
        ...named,
        kind: 'statistics',
        rows: elements(map.rows, ({ count, average, total }) => ({
          count: narrow(count),
          average: narrow(average),
          total: narrow(total),
        })),
      };
    case 'hist':
      return {
        ...named,
        kind: 'histogram',
        scale: 'log2',
        rows: elements(map.rows, (counts) =>
          buckets(counts, map.divisor, (index) => histBucketRange(index, map.bits)),
        ),
      };
    case 'lhist':
      return {
        ...named,
        kind: 'histogram',
        scale: 'linear',
        rows: elements(map.rows, (counts) =>
          buckets(counts, 1, (index) => lhistBucketRange(index, map.range)),
        ),
      };
    case 'percentiles':
      return {
        ...named,
        kind: 'percentiles',
        rows: elements(map.rows, (percentiles) =>
          percentiles.map(({ percent, value }) =>
            value === undefined ? { percent } : { percent, value: narrow(value) },
          ),
        ),
      };
    case 'tseries':
      return {
        ...named,
        kind: 'series',
        intervalNs: Number(map.intervalNs),
        rows: elements(map.rows, (points) => points.map(point)),
      };
    default:
      return assertNever(map, 'map');
  }
}

function elements<T, U>(rows: readonly MapRow<T>[], convert: (value: T) => U): readonly MapElement<U>[] {
  return rows.map(({ key, value }) => {
    if (key === undefined) return { value: convert(value) };
    return { key: key.value(), label: fromByteString(key.text()), value: convert(value) };
  });
}

function buckets(
  counts: Buckets,
  divisor: number,
  rangeOf: (index: number) => BucketRange,
): readonly Bucket[] {
  const { first, last } = occupied(counts);
  return counts.slice(first, last + 1).map((count, at) => {
    const { min, max } = rangeOf(first + at);
    return {
      ...(min !== undefined && { min: narrow(min) }),
      ...(max !== undefined && { max: narrow(max) }),
      count: Math.trunc(count / divisor),
    };
  });
}

function point({ startNs, value }: SeriesPoint): Point {
  const startMs = Number(startNs) / 1e6;
  return value === undefined ? { startMs } : { startMs, value: narrow(value) };
}
