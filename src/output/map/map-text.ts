/**
 * Maps as text (language reference, section 6.2): a line an element, or a heading and a chart.
 */
import { assertNever } from '../../base/assert.ts';
import type { MapContents, MapRow, Percentile, Statistics } from '../map-contents.ts';
import { histText, lhistText } from './histogram-text.ts';
import { seriesText } from './series-text.ts';

/** Byte string; empty for a keyed map without elements. */
export function renderMap(map: MapContents): string {
  switch (map.kind) {
    case 'plain':
      return lines(map, map.rows, (value) => value.text());
    case 'integer':
      return lines(map, map.rows, String);
    case 'stats':
      return lines(map, map.rows, statisticsText);
    case 'hist':
      return charts(map, map.rows, (buckets) => histText(buckets, map.bits, map.divisor));
    case 'lhist':
      return charts(map, map.rows, (buckets) => lhistText(buckets, map.range));
    case 'percentiles':
      return lines(map, map.rows, percentilesText);
    case 'tseries':
      return charts(map, map.rows, (points) => seriesText(points, map.intervalNs));
    default:
      return assertNever(map, 'map');
  }
}

function lines<T>(map: MapContents, rows: readonly MapRow<T>[], text: (value: T) => string): string {
  let all = '';
  for (const row of rows) all += `${label(map, row)}: ${text(row.value)}\n`;
  return all;
}

function charts<T>(map: MapContents, rows: readonly MapRow<T>[], text: (value: T) => string): string {
  let all = '';
  for (const row of rows) all += `${label(map, row)}:\n${text(row.value)}\n`;
  return all;
}

function label(map: MapContents, row: MapRow<unknown>): string {
  return row.key === undefined ? map.name : `${map.name}[${row.key.text()}]`;
}

/** `p50`, `p99_9` */
export function percentileName({ percent }: Percentile): string {
  return `p${String(percent).replace('.', '_')}`;
}

function percentilesText(percentiles: readonly Percentile[]): string {
  const fields = percentiles.map((one) => `.${percentileName(one)} = ${one.value ?? '-'}`);
  return `{ ${fields.join(', ')} }`;
}

export function statisticsText({ count, average, total }: Statistics): string {
  return `{ .count = ${count}, .average = ${average}, .total = ${total} }`;
}
