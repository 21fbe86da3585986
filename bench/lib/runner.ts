/** Runs cases: the tracers alternate, round by round. */
import type { Bench, Case } from './case.ts';
import type { Tracer } from './tracers.ts';

export interface Measurement {
  readonly case: string;
  readonly metric: string;
  readonly unit: string;
  /** By tracer, in the order in which they were taken. */
  readonly values: Readonly<Record<string, readonly number[]>>;
}

/** What a tracer could not do is said, and the others are measured all the same. */
export async function runCase(
  one: Case,
  tracers: readonly Tracer[],
  bench: Bench,
  say: (text: string) => void,
): Promise<readonly Measurement[]> {
  const values = new Map<string, Map<string, number[]>>();
  const failed = new Set<Tracer>();
  const roundsOf = (tracer: Tracer) => one.rounds?.(tracer, bench.options) ?? bench.options.rounds;
  const most = Math.max(...tracers.map(roundsOf));
  for (let round = one.warmUp === true ? -1 : 0; round < most; round++) {
    for (const tracer of tracers.filter((each) => !failed.has(each) && round < roundsOf(each))) {
      try {
        const measured = await one.measure(tracer, bench);
        if (round >= 0) keep(values, tracer, measured);
      } catch (error) {
        failed.add(tracer);
        say(`${one.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  return Object.entries(one.metrics).map(([metric, { unit }]) => ({
    case: one.name,
    metric,
    unit,
    values: Object.fromEntries(
      tracers.map(({ name }): [string, readonly number[]] => [name, values.get(name)?.get(metric) ?? []]),
    ),
  }));
}

function keep(
  values: Map<string, Map<string, number[]>>,
  { name }: Tracer,
  measured: Readonly<Record<string, number>>,
): void {
  const own = values.get(name) ?? new Map<string, number[]>();
  values.set(name, own);
  for (const [metric, value] of Object.entries(measured))
    own.set(metric, [...(own.get(metric) ?? []), value]);
}
