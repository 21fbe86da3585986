/** Threads that move from one NUMA node to another, away from their memory. */
import * as standard from '../../src/tools/options/standard.ts';
import { commColumn, count, pidColumn, tidColumn, timeColumn } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';

const options = {
  pid: standard.pid,
  tid: standard.tid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
};

export const numasched = defineTool({
  name: 'numasched',
  area: 'cpu',
  summary: 'Threads that move between NUMA nodes',
  description:
    'Shows each time that a thread is found on another NUMA node than when it last left a CPU. Its memory stays behind, so it is slower until the kernel moves that, too. Moves between two looks are seen as one. On a machine with one node there is nothing to see.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:sched:sched_switch', 'feature:tp_btf'],
      program: (o) => `
rawtracepoint:sched_switch
${where(o, 'tid != 0')}
{
  if (has_key(@node, tid) && @node[tid] != numaid) {
    print((ts=nsecs, pid=pid, tid=tid, from=@node[tid], to=numaid, comm=comm));
  }
  if (args.prev_state & 0x80) { _ = delete(@node, tid); } else { @node[tid] = numaid; }
}`,
    },
  ],
  shapes: () => [
    {
      kind: 'events',
      columns: [
        timeColumn,
        pidColumn,
        tidColumn,
        count('SRC_NID', 'from_node', { about: 'node that it left', from: ({ from }) => from ?? null }),
        count('DST_NID', 'to_node', { about: 'node on which it is', from: ({ to }) => to ?? null }),
        commColumn,
      ],
    },
  ],
  start: () => 'Tracing task NUMA switches... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'numasched -n postgres',
      output: `Tracing task NUMA switches... Hit Ctrl-C to end.
TIME     PID     TID      SRC_NID  DST_NID COMM
14:02:11 2217    2217           0        1 postgres`,
      reading:
        'A server process went from node 0 to node 1. If that repeats, bind it (numactl), or look at what pushes it away.',
    },
  ],
  overhead: 'Every switch of threads: about 0.7 µs, measured in a busy guest.',
});
