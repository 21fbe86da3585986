/**
 * Maps as JSON records (language reference, section 1.7): one record a map, its elements under their keys' text.
 */
import { assertNever } from '../../base/assert.ts';
import { type BucketRange, histBucketRange, lhistBucketRange } from '../../program/histogram.ts';
import { jsonInteger, jsonString } from '../json-text.ts';
import type {
  Buckets,
  MapContents,
  MapKey,
  MapRow,
  Percentile,
  SeriesPoint,
  Statistics,
} from '../map-contents.ts';
import { strftime } from '../strftime.ts';
import { occupied } from './histogram-text.ts';
import { percentileName } from './map-text.ts';

/** One line without its newline; empty for a keyed map without elements. */
export function renderMapJson(map: MapContents): string {
  switch (map.kind) {
    case 'plain':
      return record(map, 'map', map.rows, (value) => value.json());
    case 'integer':
      return record(map, map.average ? 'stats' : 'map', map.rows, jsonInteger);
    case 'stats':
      return record(map, 'stats', map.rows, statisticsJson);
    case 'hist':
      return record(map, 'hist', map.rows, (buckets) =>
        bucketsJson(buckets, map.divisor, (index) => histBucketRange(index, map.bits)),
      );
    case 'lhist':
      return record(map, 'hist', map.rows, (buckets) =>
        bucketsJson(buckets, 1, (index) => lhistBucketRange(index, map.range)),
      );
    case 'percentiles':
      return record(map, 'percentiles', map.rows, percentilesJson);
    case 'tseries':
      return record(map, 'tseries', map.rows, seriesJson);
    default:
      return assertNever(map, 'map');
  }
}

function record<T>(
  map: MapContents,
  type: string,
  rows: readonly MapRow<T>[],
  json: (value: T) => string,
): string {
  const elements = rows.map((row) =>
    row.key === undefined ? json(row.value) : `${keyJson(row.key)}: ${json(row.value)}`,
  );
  if (elements.length === 0) return '';
  const data = map.scalar ? elements.join('') : `{${elements.join(', ')}}`;
  return `{"type": "${type}", "data": {${jsonString(map.name)}: ${data}}}`;
}

function keyJson(key: MapKey): string {
  return jsonString(key.text().replaceAll(' ', ''));
}

export function statisticsJson({ count, average, total }: Statistics): string {
  return `{"count": ${jsonInteger(count)}, "average": ${jsonInteger(average)}, "total": ${jsonInteger(total)}}`;
}

function percentilesJson(percentiles: readonly Percentile[]): string {
  const fields = percentiles.map(
    (one) => `"${percentileName(one)}": ${one.value === undefined ? 'null' : jsonInteger(one.value)}`,
  );
  return `{${fields.join(', ')}}`;
}

function bucketsJson(buckets: Buckets, divisor: number, rangeOf: (index: number) => BucketRange): string {
  const { first, last } = occupied(buckets);
  const shown = buckets.slice(first, last + 1);
  return `[${shown.map((count, at) => bucketJson(rangeOf(first + at), Math.trunc(count / divisor))).join(',')}]`;
}

function bucketJson({ min, max }: BucketRange, count: number): string {
  const from = min === undefined ? '' : `"min": ${jsonInteger(min)}, `;
  const to = max === undefined ? '' : `"max": ${jsonInteger(max)}, `;
  return `{${from}${to}"count": ${count}}`;
}

function seriesJson(points: readonly SeriesPoint[]): string {
  return `[${points.map(pointJson).join(', ')}]`;
}

function pointJson({ startNs, value }: SeriesPoint): string {
  const start = strftime('%Y-%m-%d %H:%M:%S.%k', startNs, { subseconds: true });
  return `{"interval_start":"${start}","value":${value === undefined ? 'null' : jsonInteger(value)}}`;
}
