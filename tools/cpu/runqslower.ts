/** Which threads wait long for a CPU, and who had it. */
import { flag } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import {
  commColumn,
  label,
  microsecondsFrom,
  pidColumn,
  tidColumn,
  timeColumn,
} from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { runQueueProgram } from './shared/run-queue.ts';

const options = {
  min: {
    ...standard.minUs,
    operand: 0,
    default: 10_000,
    help: 'only waits of at least so many microseconds (default 10000)',
  },
  pid: standard.pid,
  tid: standard.tid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  previous: flag({ long: 'previous', also: ['P'], help: 'show the thread that ran before' }),
};

export const runqslower = defineTool({
  name: 'runqslower',
  area: 'cpu',
  summary: 'Threads that wait long for a CPU',
  description:
    'Shows each time that a thread which could run waited longer than the threshold until it did. With --previous it tells which thread had the CPU until then.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:sched:sched_wakeup', 'tracepoint:sched:sched_switch', 'feature:tp_btf'],
      program: (o) =>
        runQueueProgram(
          o,
          `if ($wait >= ${Math.round(o.min * 1000)}) {
      print((ts=nsecs, comm=args.next.comm, pid=args.next.tgid, tid=args.next.pid, wait=$wait,
        previous_comm=args.prev.comm, previous_tid=args.prev.pid));
    }`,
        ),
    },
  ],
  shapes: (o) => [
    {
      kind: 'events',
      columns: [
        timeColumn,
        commColumn,
        pidColumn,
        tidColumn,
        microsecondsFrom('wait'),
        ...(o.previous
          ? [
              label('PREV COMM', 'previous_comm', { about: 'name of the thread that ran before' }),
              { ...tidColumn, title: 'PREV TID', field: 'previous_tid', width: 8 },
            ]
          : []),
      ],
    },
  ],
  start: ({ min }) => `Tracing run queue latency higher than ${min} us`,
  examples: [
    {
      command: 'runqslower --previous 20000',
      output: `Tracing run queue latency higher than 20000 us
TIME     COMM             PID     TID        LAT(us) PREV COMM        PREV TID
17:54:23 node             10884   10887      21760.9 node             10889
17:54:23 tsc              11165   11197      28252.5 node             10886
17:54:23 node             10884   10888      31987.2 tsc              11170
17:54:23 node             10884   10887      36108.2 node             10888`,
      reading:
        'Threads that waited more than 20 milliseconds for a CPU, and the thread that had it before them. The same few names on both sides mean that they compete with each other.',
    },
  ],
  overhead:
    'The same events as runqlat, about 0.5 µs each, and little more: rows are made only above the threshold.',
});
