/** How many processes and threads are made each second. */
import * as standard from '../../src/tools/options/standard.ts';
import { count } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';

const options = {
  interval: { ...standard.interval, default: 1, help: 'a line every so many seconds (default 1)' },
  count: standard.count,
  uid: standard.uid,
  comm: { ...standard.comm, help: 'only made by threads of this name' },
  cgroup: standard.cgroup,
};

export const pidpersec = defineTool({
  name: 'pidpersec',
  area: 'cpu',
  summary: 'New processes and threads in each interval',
  description:
    'Counts how many processes and threads are made, every second. A large number where few are expected is a reason to look with execsnoop. Threads come the same way as processes, so they are told apart in a column of their own.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:sched:sched_process_fork', 'feature:tp_btf'],
      program: (o) => `
rawtracepoint:sched_process_fork
${where(o)}
{
  if (args.child.tgid == args.child.pid) { @processes = count(); }
  else { @threads = count(); }
}`,
    },
  ],
  shapes: () => [
    {
      kind: 'table',
      continuous: true,
      keys: [],
      maps: { processes: '@processes', threads: '@threads' },
      values: [
        count('PROCESSES', 'processes', { about: 'processes made in the interval' }),
        count('THREADS', 'threads', { about: 'threads made in the interval' }),
      ],
      sort: 'processes',
    },
  ],
  start: () => 'Tracing new processes... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'pidpersec',
      output: `Tracing new processes... Hit Ctrl-C to end.
TIME     PROCESSES  THREADS
18:17:06        16       12
18:17:07        20        0`,
      reading: '16 processes and 12 threads were made in the first second.',
    },
  ],
  overhead:
    'An event for each new process or thread, about 1 µs beside the 100 µs or more that making one takes.',
});
