/**
 * Time series as a chart that runs downwards, one line an interval (language reference, section 6.5).
 */
import { toByteString } from '../byte-string.ts';
import type { SeriesPoint } from '../map-contents.ts';
import { strftime } from '../strftime.ts';

/** Columns of the plot, both borders included. */
const columns = 53;
const lowWidth = 21;

interface TimeFormat {
  readonly heading: string;
  readonly format: string;
  /** Columns of a label. */
  readonly width: number;
}

const wholeSeconds: TimeFormat = { heading: 'hh:mm:ss', format: '%H:%M:%S', width: 8 };
const fractions: readonly (TimeFormat & { readonly belowNs: bigint })[] = [
  { belowNs: 1_000n, heading: 'hh:mm:ss.ns', format: '%H:%M:%S.%k', width: 18 },
  { belowNs: 1_000_000n, heading: 'hh:mm:ss.\u03bcs', format: '%H:%M:%S.%f', width: 15 },
  { belowNs: 1_000_000_000n, heading: 'hh:mm:ss.ms', format: '%H:%M:%S.%l', width: 12 },
];

interface Scale {
  readonly min: bigint;
  readonly max: bigint;
}

/** The chart with a newline after each line. */
export function seriesText(points: readonly SeriesPoint[], intervalNs: bigint): string {
  const scale = scaleOf(points);
  if (scale === undefined) return '<no data>\n';
  const time = timeFormat(points.length === 1 ? 0n : intervalNs);
  const margin = ' '.repeat(time.width + 1);
  const limits = `${margin}${String(scale.min).padEnd(lowWidth)}${String(scale.max).padStart(columns - lowWidth)}\n`;
  const floor = '_'.repeat(columns - 2);
  const heading = toByteString(time.heading.padEnd(time.width + 1));
  const rows = points.map((point) => row(point, scale, time)).join('');
  return `${limits}${heading}|${floor}|\n${rows}${margin}v${floor}v\n${limits}`;
}

function timeFormat(spacingNs: bigint): TimeFormat {
  return fractions.find((fraction) => spacingNs < fraction.belowNs) ?? wholeSeconds;
}

function scaleOf(points: readonly SeriesPoint[]): Scale | undefined {
  let scale: Scale | undefined;
  for (const { value } of points) {
    if (value !== undefined) scale = widen(scale ?? { min: value, max: value }, value);
  }
  return scale?.min === scale?.max ? scale && { min: scale.min - 1n, max: scale.max + 1n } : scale;
}

function widen({ min, max }: Scale, value: bigint): Scale {
  if (value < min) return { min: value, max };
  return value > max ? { min, max: value } : { min, max };
}

function row(point: SeriesPoint, scale: Scale, time: TimeFormat): string {
  const label = strftime(time.format, point.startNs, { subseconds: true });
  const cells = ['|', ...' '.repeat(columns - 2), '|'];
  if (scale.min < 0n && scale.max > 0n) cells[position(0n, scale, BigInt(columns))] = '.';
  if (point.value !== undefined) cells[position(point.value, scale, BigInt(columns - 1))] = '*';
  return `${label} ${cells.join('')} ${point.value ?? '-'}\n`;
}

function position(value: bigint, scale: Scale, width: bigint): number {
  return Number((width * (value - scale.min)) / (scale.max - scale.min));
}
