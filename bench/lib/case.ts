/**
 * What a measurement is: a case runs one tracer once and gives some numbers, its metrics. The runner alternates the
 * tracers, so that all see the same weather, and compares medians.
 */
import type { Tracer } from './tracers.ts';
import type { Workload } from './workload.ts';

export interface Metric {
  readonly unit: string;
  readonly better: 'less' | 'more';
  /** What kscope's median may be at most (or, where more is better, at least) as a multiple of bpftrace's. */
  readonly bar?: number;
  /** For numbers that are ratios themselves, such as the share of lost events: the largest that is accepted. */
  readonly most?: number;
  /** Only told: it depends on the machine more than on the tracer, or there is nothing to compare it with. */
  readonly informative?: boolean;
}

export interface Bench {
  /** The built command of this repository. */
  readonly workload: Workload;
  readonly options: BenchOptions;
}

export interface BenchOptions {
  readonly short: boolean;
  readonly rounds: number;
  readonly only: string;
  readonly json: string | undefined;
  readonly soakMinutes: number;
  readonly itself: boolean;
}

export interface Case {
  readonly name: string;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** How often a tracer is run; the runner's number of rounds when it is not said. */
  readonly rounds?: (tracer: Tracer, options: BenchOptions) => number;
  /** Part of the short form. */
  readonly short?: boolean;
  /** Some metrics, by name. A first run that fills caches is not counted when `warmUp` is set. */
  readonly measure: (tracer: Tracer, bench: Bench) => Promise<Readonly<Record<string, number>>>;
  readonly warmUp?: boolean;
}
