/** What tracing adds to the traced system calls, as the traced program feels it. */
import type { Bench, Case } from '../lib/case.ts';
import { untilFiring } from '../lib/run-statistics.ts';
import { Running } from '../lib/running.ts';
import { median } from '../lib/statistics.ts';
import type { Tracer } from '../lib/tracers.ts';

const firstEvents = 200;
const counts = { full: 300_000, short: 100_000 };

interface Slowdown {
  readonly name: string;
  readonly program: string;
  readonly loop: 'dd' | 'lseek';
  readonly short?: boolean;
  readonly informative?: boolean;
}

const slowdowns: readonly Slowdown[] = [
  {
    name: 'a counted call of dd',
    program: 'tracepoint:syscalls:sys_enter_read,tracepoint:syscalls:sys_enter_write { @ = count(); }',
    loop: 'dd',
    short: true,
  },
  {
    // Others' calls pass the dispatch of kscope; for both the kernel takes its slow path of system calls.
    name: 'a call that nobody asked for',
    program: 'tracepoint:syscalls:sys_enter_read { @ = count(); }',
    loop: 'lseek',
    informative: true,
  },
];

export const slowdownCases: readonly Case[] = slowdowns.map(
  ({ name, program, loop, short = false, informative }) => ({
    name: `ns added to ${name}`,
    metrics: {
      time: { unit: 'ns', better: 'less' as const, ...(informative === true ? { informative } : { bar: 1 }) },
    },
    short,
    measure: async (tracer, bench) => ({ time: Math.max(0.1, await added(tracer, bench, program, loop)) }),
  }),
);

async function added(tracer: Tracer, bench: Bench, program: string, loop: 'dd' | 'lseek'): Promise<number> {
  const { workload, options } = bench;
  const count = options.short ? counts.short : counts.full;
  // dd makes two calls for each byte.
  const once = () => (loop === 'dd' ? (workload.dd(count) * 1e9) / (2 * count) : workload.loop(loop, count));
  const timed = () => median([once(), once(), once()]);
  const without = timed();
  await using running = new Running(tracer, program);
  await untilFiring(running, firstEvents, () => workload.loop('read', firstEvents));
  return timed() - without;
}
