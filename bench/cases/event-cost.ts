/**
 * Nanoseconds an event in the kernel, by the kernel's own statistics of BPF programs: all that the tracer's programs
 * took, divided by the number of events, net of empty programs. What is run in vain (a dispatching program sees all
 * system calls) is in the sum.
 */
import { nativeKernel } from '../../src/kernel/native.ts';
import { enableRunStatistics } from '../../src/kernel/object-info.ts';
import type { Case, Metric } from '../lib/case.ts';
import { EmptyPrograms } from '../lib/empty-programs.ts';
import { runsOf, untilFiring } from '../lib/run-statistics.ts';
import { Running } from '../lib/running.ts';
import { lowerQuartile } from '../lib/statistics.ts';
import { type CommonProgram, commonPrograms } from './programs.ts';

/** Measured in slices, of which the lower quartile counts: whatever else gets the processor meanwhile only adds. */
const sliceEvents = 5_000;
const slices = { full: 40, short: 10 };
const firstEvents = 200;

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
      await using running = new Running(tracer, text(workload.path), { env });
      await untilFiring(running, firstEvents, () => workload.loop(loop, firstEvents));
      using _counting = enableRunStatistics(nativeKernel());
      using empty = new EmptyPrograms(loop, workload);
      const runs = () => runsOf(running.pid);
      const run = () => workload.loop(loop, sliceEvents);
      const measured = Array.from(
        { length: options.short ? slices.short : slices.full },
        () => empty.netTimeNs(runs, run) / sliceEvents,
      );
      await running.interrupt();
      return { [net]: Math.max(0.1, lowerQuartile(measured)) };
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
