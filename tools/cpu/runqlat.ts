/** How long threads that could run wait until they do: the latency of the scheduler, and the surest sign of too little CPU. */
import { flag } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { type Column, commColumn, count, pidColumn, tidColumn } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { runQueueProgram } from './shared/run-queue.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  pid: standard.pid,
  tid: standard.tid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  milliseconds: standard.milliseconds,
  perProcess: standard.perProcess,
  perThread: standard.perThread,
  perPidNamespace: flag({
    long: 'per-pid-namespace',
    also: ['pidnss'],
    help: 'apart for each PID namespace (container)',
  }),
  timestamps: standard.timestamps,
};

interface Keys {
  readonly perProcess: boolean;
  readonly perThread: boolean;
  readonly perPidNamespace: boolean;
}

const pidNamespaceColumn = count('PIDNS', 'pidns', { about: 'inode number of the PID namespace', width: 10 });

function keys(o: Keys): readonly (readonly [column: Column, expression: string])[] {
  return [
    ...(o.perPidNamespace
      ? [[pidNamespaceColumn, 'args.next.nsproxy.pid_ns_for_children.ns.inum'] as const]
      : []),
    ...(o.perProcess ? [[pidColumn, 'args.next.tgid'] as const] : []),
    ...(o.perThread ? [[tidColumn, 'args.next.pid'] as const] : []),
    ...(o.perProcess || o.perThread ? [[commColumn, 'args.next.comm'] as const] : []),
  ];
}

export const runqlat = defineTool({
  name: 'runqlat',
  area: 'cpu',
  summary: 'How long threads wait for a CPU, as a histogram',
  description:
    'Measures the time from when a thread could run (it was woken, or lost the CPU although it wanted to go on) until it runs. Long waits mean that there is more to do than CPUs to do it, or that a limit (a cgroup quota, an affinity) keeps threads from free ones.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:sched:sched_wakeup', 'tracepoint:sched:sched_switch', 'feature:tp_btf'],
      program: (o) => {
        const unit = o.milliseconds ? 1_000_000 : 1_000;
        const key = keys(o)
          .map(([, expression]) => expression)
          .join(', ');
        return runQueueProgram(o, `@wait${key === '' ? '' : `[${key}]`} = hist($wait / ${unit});`);
      },
    },
  ],
  shapes: (o) => [
    {
      kind: 'histogram',
      map: '@wait',
      unit: o.milliseconds ? 'msecs' : 'usecs',
      name: 'run_queue_latency',
      keys: keys(o).map(([column]) => column),
    },
  ],
  start: () => 'Tracing run queue latency... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'runqlat -d 4 -m',
      output: `Tracing run queue latency... Hit Ctrl-C to end.

     msecs               : count     distribution
         0 -> 1          : 25585    |****************************************|
         2 -> 3          : 904      |*                                       |
         4 -> 7          : 945      |*                                       |
         8 -> 15         : 1187     |*                                       |
        16 -> 31         : 872      |*                                       |
        32 -> 63         : 291      |                                        |
        64 -> 127        : 65       |                                        |
       128 -> 255        : 11       |                                        |`,
      reading:
        'Two CPUs with far too much to do: most waits are short, but thousands of them took 8 to 64 milliseconds, and the longest an eighth of a second. On a machine that is not saturated nearly all waits are below 100 microseconds.',
    },
  ],
  overhead:
    'Every wakeup and every switch of threads: about 0.5 µs each, measured in a busy guest. At 10,000 switches a second 1 % of a CPU; at some hundred thousand it is felt.',
});
