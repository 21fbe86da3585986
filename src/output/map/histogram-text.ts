/**
 * Histograms as bar charts (language reference, section 6.5): a label, a count and a bar for each bucket from
 * the first to the last that is not empty.
 */
import { histBucketParts, type LinearBuckets, lhistBucketRange } from '../../program/histogram.ts';
import type { Buckets } from '../map-contents.ts';

const labelWidth = 16;
const countWidth = 8;
const barWidth = 52;

/** The rows with a newline after each; nothing for a histogram without values. */
export function histText(buckets: Buckets, bits: number, divisor: number): string {
  const counts = divisor === 1 ? buckets : buckets.map((count) => Math.trunc(count / divisor));
  return chart(counts, occupied(buckets), (index) => histLabel(index, bits));
}

export function lhistText(buckets: Buckets, range: LinearBuckets): string {
  return chart(buckets, occupied(buckets), (index) => lhistLabel(index, range));
}

export interface BucketSpan {
  readonly first: number;
  /** Inclusive; below `first` when all buckets are empty. */
  readonly last: number;
}

export function occupied(buckets: Buckets): BucketSpan {
  const first = buckets.findIndex((count) => count > 0);
  const last = buckets.findLastIndex((count) => count > 0);
  return first < 0 ? { first: 0, last: -1 } : { first, last };
}

function chart(counts: Buckets, span: BucketSpan, label: (index: number) => string): string {
  const shown = counts.slice(span.first, span.last + 1);
  const largest = shown.reduce((most, count) => Math.max(most, count), 1);
  return shown.map((count, at) => row(label(span.first + at), count, largest)).join('');
}

function row(label: string, count: number, largest: number): string {
  const bar = '@'.repeat(Math.trunc((count / largest) * barWidth));
  return `${label.padEnd(labelWidth)}${String(count).padStart(countWidth)} |${bar.padEnd(barWidth)}|\n`;
}

export function histLabel(index: number, bits: number): string {
  if (index === 0) return '(..., 0)';
  if (index <= 2 ** (bits + 1)) return `[${index - 1}]`;
  return `[${powerLabel(index, bits)}, ${powerLabel(index + 1, bits)})`;
}

const binaryLetters = ['', 'K', 'M', 'G', 'T', 'P', 'E'];

/** The start mantissa·2^power, with as many factors of 1024 as the power has whole tens written as a letter. */
function powerLabel(index: number, bits: number): string {
  const { mantissa, power } = histBucketParts(index, bits);
  const decade = Math.trunc(power / 10);
  return `${mantissa * 2 ** (power - 10 * decade)}${binaryLetters[decade]}`;
}

export function lhistLabel(index: number, range: LinearBuckets): string {
  const { min, max } = lhistBucketRange(index, range);
  const name = (value: bigint) => linearLabel(value, range.step);
  if (min === undefined) return `(..., ${name(range.min)})`;
  if (max === undefined) return `[${name(min)}, ...)`;
  return range.step === 1n ? `[${min}]` : `[${name(min)}, ${name(max + 1n)})`;
}

const kibi = 1024n;
const mebi = kibi * kibi;

function linearLabel(value: bigint, step: bigint): string {
  if (step % kibi !== 0n || value === 0n || value % kibi !== 0n) return String(value);
  return value % mebi === 0n ? `${value / mebi}M` : `${value / kibi}K`;
}
