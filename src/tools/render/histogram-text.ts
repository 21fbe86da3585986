/**
 * Histograms in the layout that users of the BCC tools know: a row for each range, its count and a bar of stars. Powers
 * of two begin at `0 -> 1` and go to the highest that is not empty; beyond 32 bits the columns are wider.
 */
import type { Cells, HistogramSection } from '../run/result.ts';
import type { Column } from '../shape/column.ts';
import { cellText } from './cell-text.ts';
import { stacksText } from './stack-text.ts';

interface Bar {
  readonly low: bigint;
  readonly high: bigint;
  readonly count: number;
}

const narrowLayout = { indent: 5, label: 19, number: 10, stars: 40 };
const wideLayout = { indent: 15, label: 29, number: 20, stars: 20 };
/** From this exponent on the bounds need the wide layout. */
const wideFrom = 1n << 32n;

export function histogramText(section: HistogramSection, unit: string): string {
  return section.scale === 'log2' ? powersText(section, unit) : linearText(section, unit);
}

function powersText({ buckets }: HistogramSection, unit: string): string {
  const bars = powerBars(buckets);
  const highest = bars.at(-1)?.high ?? 0n;
  const { indent, label, number, stars } = highest < wideFrom ? narrowLayout : wideLayout;
  const largest = bars.reduce((most, { count }) => Math.max(most, count), 0);
  const head = `${' '.repeat(indent)}${unit.padEnd(label)} : count     distribution\n`;
  const rows = bars.map(
    ({ low, high, count }) =>
      `${String(low).padStart(number)} -> ${String(high).padEnd(number)} : ${String(count).padEnd(8)} |${bar(count, largest, stars)}|\n`,
  );
  return head + rows.join('');
}

/** Whole powers of two, whatever the buckets' resolution is; negative values make a row of their own. */
function powerBars(buckets: HistogramSection['buckets']): readonly Bar[] {
  const counts = new Map<number, number>();
  let negative = 0;
  for (const { min, count } of buckets) {
    if (min === undefined) negative += count;
    else {
      const power = exponent(BigInt(min));
      counts.set(power, (counts.get(power) ?? 0) + count);
    }
  }
  const used = [...counts].filter(([, count]) => count > 0).map(([power]) => power);
  const top = Math.max(0, ...used);
  const bars = Array.from({ length: top + 1 }, (_, power) => ({
    low: power === 0 ? 0n : 1n << BigInt(power),
    high: (1n << BigInt(power + 1)) - 1n,
    count: counts.get(power) ?? 0,
  }));
  return negative > 0 ? [{ low: -(1n << 63n), high: -1n, count: negative }, ...bars] : bars;
}

/** The row of a value: 0 and 1 share the first. */
function exponent(value: bigint): number {
  return value < 2n ? 0 : value.toString(2).length - 1;
}

function linearText({ buckets }: HistogramSection, unit: string): string {
  const largest = buckets.reduce((most, { count }) => Math.max(most, count), 0);
  const rows = buckets.map(({ min, max, count }) => {
    const name = min === undefined ? `< ${Number(max) + 1}` : String(min);
    return `        ${name.padEnd(10)} : ${String(count).padEnd(8)} |${bar(count, largest, narrowLayout.stars)}|\n`;
  });
  return `     ${unit.padEnd(13)} : count     distribution\n${rows.join('')}`;
}

function bar(count: number, largest: number, width: number): string {
  const stars = largest === 0 ? 0 : Math.floor((width * count) / largest);
  return '*'.repeat(stars).padEnd(width);
}

/** What stands above a histogram of several: stacks frame by frame, then `pid = 181, comm = sh`. */
export function keyText(columns: readonly Column[], cells: Cells): string {
  const stacks = cells.filter((cell) => Array.isArray(cell)).map((frames) => frames.map(String));
  const others = columns.flatMap((column, index) =>
    column.hidden || column.type === 'array'
      ? []
      : [`${column.field} = ${cellText(column, cells[index] ?? null)}`],
  );
  return (
    (stacks.length === 0 ? '' : stacksText(stacks)) + (others.length === 0 ? '' : `${others.join(', ')}\n`)
  );
}
