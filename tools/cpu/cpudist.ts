/** How long threads run before they leave the CPU, or how long they stay away from it. */
import { flag } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { commColumn, pidColumn, tidColumn } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { conditions, type Selection } from '../../src/tools/where.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  pid: standard.pid,
  tid: standard.tid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  off: flag({ short: 'O', long: 'off-cpu', also: ['offcpu'], help: 'time off the CPU instead' }),
  idle: flag({ short: 'I', long: 'idle', also: ['include-idle'], help: 'the idle threads, too' }),
  milliseconds: standard.milliseconds,
  perProcess: standard.perProcess,
  perThread: standard.perThread,
  timestamps: standard.timestamps,
};

interface Values extends Selection {
  readonly idle: boolean;
  readonly milliseconds: boolean;
  readonly perProcess: boolean;
  readonly perThread: boolean;
}

const keyColumns = ({ perProcess, perThread }: Pick<Values, 'perProcess' | 'perThread'>) => [
  ...(perProcess ? [pidColumn] : []),
  ...(perThread ? [tidColumn] : []),
  ...(perProcess || perThread ? [commColumn] : []),
];

function keyOf({ perProcess, perThread }: Values, task: string): string {
  const parts = [
    ...(perProcess ? [`${task}.tgid`] : []),
    ...(perThread ? [`${task}.pid`] : []),
    ...(perProcess || perThread ? [`${task}.comm`] : []),
  ];
  return parts.length === 0 ? '' : `[${parts.join(', ')}]`;
}

const unit = ({ milliseconds }: Pick<Values, 'milliseconds'>) => (milliseconds ? 1_000_000 : 1_000);

/** What runs on a CPU began at the CPU's last switch. */
const onCpu = (o: Values) => {
  const wanted = conditions(o, '$since', !o.idle && 'tid != 0').join(' && ');
  return `
rawtracepoint:sched_switch
{
  $since = @since[cpu];
  if (${wanted}) { @dist${keyOf(o, 'args.prev')} = hist((uint64)(nsecs - $since) / ${unit(o)}); }
  @since[cpu] = nsecs;
}`;
};

/** The idle threads, one for each CPU, have all the same id. A dead thread (0x80) does not come back. */
const offCpu = (o: Values) => {
  const leaves = conditions(o, 'tid != 0', '(args.prev_state & 0x80) == 0').join(' && ');
  return `
rawtracepoint:sched_switch
{
  if (${leaves}) { @since[tid] = nsecs; }
  $since = @since[args.next.pid];
  if ($since) {
    @dist${keyOf(o, 'args.next')} = hist((uint64)(nsecs - $since) / ${unit(o)});
    _ = delete(@since, args.next.pid);
  }
}`;
};

export const cpudist = defineTool({
  name: 'cpudist',
  area: 'cpu',
  summary: 'How long threads run before they leave the CPU, as a histogram',
  description:
    'Measures the time from when a thread gets a CPU until it leaves it; with -O the time from when it leaves until it is back, whether it slept, waited for something or only for a CPU. A thread that is on a CPU when tracing begins is not counted the first time.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:sched:sched_switch', 'feature:tp_btf'],
      program: (o) => (o.off ? offCpu(o) : onCpu(o)),
    },
  ],
  shapes: (o) => [
    {
      kind: 'histogram',
      map: '@dist',
      unit: o.milliseconds ? 'msecs' : 'usecs',
      name: o.off ? 'off_cpu_time' : 'on_cpu_time',
      keys: keyColumns(o),
    },
  ],
  start: ({ off }) => `Tracing ${off ? 'off' : 'on'}-CPU time... Hit Ctrl-C to end.`,
  examples: [
    {
      command: 'cpudist -d 2',
      output: `Tracing on-CPU time... Hit Ctrl-C to end.

     usecs               : count     distribution
         0 -> 1          : 15       |*                                       |
         2 -> 3          : 441      |*****************************           |
         4 -> 7          : 581      |**************************************  |
         8 -> 15         : 507      |*********************************       |
        16 -> 31         : 286      |*******************                     |
        32 -> 63         : 384      |*************************               |
        64 -> 127        : 342      |**********************                  |
       128 -> 255        : 240      |****************                        |
       256 -> 511        : 173      |***********                             |
       512 -> 1023       : 171      |***********                             |
      1024 -> 2047       : 251      |****************                        |
      2048 -> 4095       : 599      |****************************************|
      4096 -> 8191       : 176      |***********                             |
      8192 -> 16383      : 21       |*                                       |`,
      reading:
        'Two kinds of turns on the CPU: short ones of threads that do a little and wait again, and those that end at 2 to 4 milliseconds because the scheduler takes the CPU away: its time slice. Many of the second kind mean that CPU-bound threads compete.',
    },
  ],
  overhead: 'Every switch of threads: about 0.5 µs, measured in a busy guest.',
});
