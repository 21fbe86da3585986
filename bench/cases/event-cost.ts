/**
 * Nanoseconds an event in the kernel, by the kernel's own statistics of BPF programs: all that the tracer's programs
 * took, divided by the number of events, net of empty programs. What is run in vain (a dispatching program sees all
 * system calls) is in the sum.
 */
import { nativeKernel } from '../../src/kernel/native.ts';
import { enableRunStatistics } from '../../src/kernel/object-info.ts';
import type { Case, Metric } from '../lib/case.ts';
import { type EmptyCosts, measureEmptyPrograms, netTimeNs } from '../lib/empty-programs.ts';
import { runsOf, untilFiring } from '../lib/run-statistics.ts';
import { Running } from '../lib/running.ts';
import type { Workload } from '../lib/workload.ts';
import { type CommonProgram, commonPrograms } from './programs.ts';

const events = { full: 200_000, short: 50_000 };
const firstEvents = 200;

let empty: EmptyCosts | undefined;

/** Measured once for all cases. */
function emptyCosts(workload: Workload): EmptyCosts {
  empty ??= measureEmptyPrograms(workload);
  return empty;
}

const net = 'net of empty';

export const eventCosts: readonly Case[] = commonPrograms.map(costOf);

function costOf(program: CommonProgram): Case {
  const { name, loop, text, env = {}, short = false, informative = false } = program;
  const metric: Metric = { unit: 'ns', better: 'less', ...(informative ? { informative } : { bar: 1 }) };
  return {
    name: `ns an event: ${name}`,
    metrics: { [net]: metric },
    short,
    measure: async (tracer, { workload, options }) => {
      const costs = emptyCosts(workload);
      await using running = new Running(tracer, text(workload.path), { env });
      await untilFiring(running, firstEvents, () => workload.loop(loop, firstEvents));
      const count = options.short ? events.short : events.full;
      using _counting = enableRunStatistics(nativeKernel());
      const before = runsOf(running.pid);
      workload.loop(loop, count);
      const after = runsOf(running.pid);
      await running.interrupt();
      return { [net]: Math.max(0.1, netTimeNs(before, after, costs) / count) };
    },
  };
}

/** The mean of these is held to a bar of its own. */
export const meanOfEventCosts = {
  name: 'ns an event, geometric mean',
  cases: eventCosts.filter(({ metrics }) => metrics[net]?.informative !== true).map(({ name }) => name),
  metric: net,
  bar: 0.6,
};
