/** From the command to its end, and what that takes of memory: a program that does nothing, and attaching. */
import type { BenchOptions, Case, Metric } from '../lib/case.ts';
import { type Run, runToEnd } from '../lib/running.ts';
import type { Tracer } from '../lib/tracers.ts';
import type { Workload } from '../lib/workload.ts';

const informative = { informative: true } as const;

/** Attaching is mostly waiting, in which a processor has nothing to do: its time is only told. */
function startMetrics(bar: number, processorBar?: number): Readonly<Record<string, Metric>> {
  return {
    time: { unit: 's', better: 'less', bar },
    'processor time': {
      unit: 's',
      better: 'less',
      ...(processorBar === undefined ? informative : { bar: processorBar }),
    },
    memory: { unit: 'MB', better: 'less', bar: 0.9 },
  };
}

function metricsOf({ seconds, processorSeconds, megabytes }: Run) {
  return { time: seconds, 'processor time': processorSeconds, memory: megabytes };
}

const ends = 'interval:ms:1 { exit(); }';

interface Attaching {
  readonly name: string;
  readonly program: (workload: Workload) => string;
  /** Of both times. */
  readonly bar: number;
  readonly short?: boolean;
  /** bpftrace is asked once: it takes half a minute. */
  readonly slow?: boolean;
}

const syscalls = ['read', 'write', 'close', 'openat', 'lseek', 'mmap', 'munmap', 'brk', 'ioctl', 'fcntl'];

const attaching: readonly Attaching[] = [
  {
    name: '1 tracepoint',
    program: () => `tracepoint:syscalls:sys_enter_openat { @[comm] = count(); } ${ends}`,
    bar: 1,
    short: true,
  },
  {
    name: '10 tracepoints',
    program: () =>
      `${syscalls.map((name) => `tracepoint:syscalls:sys_enter_${name}`).join(',')} { @ = count(); } ${ends}`,
    bar: 1,
  },
  {
    name: 'all tracepoints of system call entries',
    program: () => `tracepoint:syscalls:sys_enter_* { @ = count(); } ${ends}`,
    bar: 0.02,
    slow: true,
  },
  { name: 'all sched:*', program: () => `tracepoint:sched:* { @ = count(); } ${ends}`, bar: 1, slow: true },
  {
    name: '1 uprobe',
    program: ({ functions }) => `uprobe:${functions}:probed_1 { @ = count(); } ${ends}`,
    bar: 1,
  },
  {
    name: '500 uprobes',
    program: ({ functions }) => `uprobe:${functions}:probed_* { @ = count(); } ${ends}`,
    bar: 1,
    slow: true,
  },
];

const once = ({ name }: Tracer, { rounds }: BenchOptions) => (name === 'kscope' ? rounds : 1);

export const startCases: readonly Case[] = [
  {
    name: 'start to exit',
    metrics: startMetrics(0.6, 1),
    short: true,
    warmUp: true,
    measure: async (tracer) => {
      const run = runToEnd(tracer, 'BEGIN { exit(); }');
      return metricsOf(run);
    },
  },
  ...attaching.map(
    ({ name, program, bar, short = false, slow = false }): Case => ({
      name: `attach and detach: ${name}`,
      metrics: startMetrics(bar),
      short,
      ...(slow ? { rounds: once } : {}),
      measure: async (tracer, { workload }) => {
        const run = runToEnd(tracer, program(workload));
        return metricsOf(run);
      },
    }),
  ),
];
