/** Medians, ratios, and what is held against them. Only ratios are judged, never times: machines differ. */
import type { Metric } from './case.ts';
import type { Measurement } from './runner.ts';
import { geometricMean, median } from './statistics.ts';

export interface Row {
  readonly case: string;
  readonly metric: string;
  readonly unit: string;
  readonly own: number;
  readonly peer: number | undefined;
  /** kscope's by the peer's. */
  readonly ratio: number | undefined;
  readonly bar: string;
  readonly holds: boolean;
}

export interface Judging {
  /** Multiplies what a bar allows: a short run on a busy machine finds gross regressions only. */
  readonly tolerance: number;
  /** Bars are promises about bpftrace; against another peer, kscope just must not be grossly slower. */
  readonly againstBpftrace: boolean;
}

/** Undefined when kscope itself was not measured: that is a failure for the caller to report. */
export function judge(measurement: Measurement, metric: Metric, judging: Judging): Row {
  const [own = [], peers = []] = Object.values(measurement.values);
  const [ownMedian, peer] = [median(own), peers.length === 0 ? undefined : median(peers)];
  const ratio = peer === undefined || peer === 0 ? undefined : ownMedian / peer;
  const limit = limitOf(metric, judging);
  const withinBar = limit === undefined || ratio === undefined || within(ratio, limit, metric.better);
  const most = metric.most === undefined ? undefined : metric.most * judging.tolerance;
  const withinMost = most === undefined || judging.tolerance > 1 || ownMedian <= most;
  return {
    case: measurement.case,
    metric: measurement.metric,
    unit: measurement.unit,
    own: ownMedian,
    peer,
    ratio,
    bar: barText(metric, limit),
    holds: own.length > 0 && withinBar && withinMost,
  };
}

function limitOf(
  { bar, informative, better }: Metric,
  { tolerance, againstBpftrace }: Judging,
): number | undefined {
  if (informative === true || bar === undefined) return undefined;
  const allowed = againstBpftrace ? bar : 1.5;
  return better === 'less' ? allowed * tolerance : allowed / tolerance;
}

function within(ratio: number, limit: number, better: Metric['better']): boolean {
  return better === 'less' ? ratio <= limit : ratio >= limit;
}

function barText({ better, most }: Metric, limit: number | undefined): string {
  const parts = [
    ...(limit === undefined
      ? []
      : [`ratio ${better === 'less' ? '≤' : '≥'} ${Number(limit.toPrecision(3))}`]),
    ...(most === undefined ? [] : [`≤ ${most}`]),
  ];
  return parts.join(', ');
}

/** The geometric mean of the ratios of some rows, as a row. */
export function meanRow(name: string, rows: readonly Row[], bar: number): Row | undefined {
  const ratios = rows.flatMap(({ ratio }) => ratio ?? []);
  if (ratios.length === 0) return undefined;
  const ratio = geometricMean(ratios);
  return {
    case: name,
    metric: `of ${ratios.length} programs`,
    unit: '',
    own: Number.NaN,
    peer: undefined,
    ratio,
    bar: `ratio ≤ ${Number(bar.toPrecision(3))}`,
    holds: ratio <= bar,
  };
}

/** One line as soon as a case is measured, for whoever waits. */
export function summary({ case: name, metric, unit, own, peer, ratio }: Row): string {
  const numbers = [number(own, unit), ...(peer === undefined ? [] : [number(peer, unit)])].join(' / ');
  return `${name}: ${metric}: ${numbers}${ratio === undefined ? '' : ` = ${ratio.toPrecision(3)}`}`;
}

export function table(rows: readonly Row[], peerName: string): string {
  const head = ['', 'kscope', peerName, 'ratio', 'bar', ''];
  const lines = rows.map(({ case: name, metric, unit, own, peer, ratio, bar, holds }) => [
    `${name}: ${metric}`,
    number(own, unit),
    peer === undefined ? '' : number(peer, unit),
    ratio === undefined ? '' : ratio.toPrecision(3),
    bar,
    holds ? '' : '← missed',
  ]);
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => [...(line[column] ?? '')].length)));
  return all
    .map((line) =>
      line
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Words to the left, numbers to the right. */
function pad(cell: string, width: number, column: number): string {
  return column >= 1 && column <= 3 ? cell.padStart(width) : cell.padEnd(width);
}

function number(value: number, unit: string): string {
  if (Number.isNaN(value)) return '';
  const text =
    value >= 1e5 ? Math.round(value).toLocaleString('en') : Number(value.toPrecision(3)).toString();
  return unit === '' ? text : `${text} ${unit}`;
}
