/** How many system calls are made, which, by whom, and how long they take. */
import { syscallName, syscallNumber, syscallNumbers } from '../../src/host/syscalls.ts';
import { flag, integer, text } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import {
  type Column,
  commColumn,
  count,
  label,
  measure,
  nameFrom,
  numberOf,
  pidColumn,
} from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { ToolUsageError } from '../../src/tools/tool-error.ts';
import { conditions, lines, type Selection, where } from '../../src/tools/where.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  pid: standard.pid,
  tid: standard.tid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  failed: standard.failed,
  errno: integer(
    { short: 'e', long: 'errno', argument: 'ERRNO', help: 'only what failed with this error' },
    1,
  ),
  syscall: text({ long: 'syscall', argument: 'NAME', help: 'only this system call' }),
  latency: flag({ long: 'latency', help: 'show how long the calls took, too' }),
  milliseconds: standard.milliseconds,
  perProcess: standard.perProcess,
  top: { ...standard.top, default: 10, help: 'only so many rows (default 10)' },
  timestamps: standard.timestamps,
};

const enter = 'tracepoint:raw_syscalls:sys_enter';
const exit = 'tracepoint:raw_syscalls:sys_exit';

interface Wanted extends Selection {
  readonly syscall: string | undefined;
  readonly failed: boolean;
  readonly errno: number | undefined;
  readonly perProcess: boolean;
}

/** By the name of its manual page or of its tracepoint. */
function numberOfCall(name: string): number | undefined {
  return syscallNumber(name) ?? [...syscallNumbers().values()].find((id) => syscallName(id) === name);
}

const callTest = ({ syscall }: Wanted) =>
  syscall === undefined ? 'args.id >= 0' : `args.id == ${numberOfCall(syscall) ?? -1}`;

/** Only these returns are errors: some calls return high addresses. */
const resultTests = ({ failed, errno }: Wanted) => [
  failed && 'args.ret < 0 && args.ret >= -4095',
  errno !== undefined && `args.ret == -${errno}`,
];

const keyOf = ({ perProcess }: Wanted) => (perProcess ? 'pid, comm' : 'args.id');

const counting = (o: Wanted) => `
${exit}
${where(o, callTest(o), ...resultTests(o))}
{ @calls[${keyOf(o)}] = count(); }`;

const timing = (o: Wanted) => {
  const wanted = conditions({}, ...resultTests(o)).join(' && ');
  const take = `@calls[${keyOf(o)}] = count(); @time[${keyOf(o)}] = sum(nsecs - @start[tid]);`;
  return lines(
    `${enter}
${where(o, callTest(o))}
{ @start[tid] = nsecs; }
`,
    `${exit}
/has_key(@start, tid)/
{
  ${wanted === '' ? take : `if (${wanted}) { ${take} }`}
  _ = delete(@start, tid);
}
`,
    `// Calls that do not return.
tracepoint:sched:sched_process_exit
{ _ = delete(@start, tid); }`,
  );
};

const timeColumnOf = (milliseconds: boolean): Column =>
  milliseconds
    ? measure('TIME (ms)', 'time_ms', {
        about: 'time in these calls, in milliseconds',
        width: 16,
        decimals: 3,
        from: ({ time }) => numberOf(time) / 1e6,
      })
    : measure('TIME (us)', 'time_us', {
        about: 'time in these calls, in microseconds',
        width: 16,
        decimals: 3,
        from: ({ time }) => numberOf(time) / 1e3,
      });

const syscallColumn = nameFrom(
  'id',
  label('SYSCALL', 'syscall', { about: 'name of the system call', width: 22 }),
  (id) => syscallName(id),
);

export const syscount = defineTool({
  name: 'syscount',
  area: 'cpu',
  summary: 'System calls by number of calls and time',
  description:
    'Counts system calls when they return, by call or by process (-P), and with --latency sums the time they took. Calls that never return, such as exit, are not counted.',
  options,
  check({ syscall }) {
    if (syscall !== undefined && numberOfCall(syscall) === undefined)
      throw new ToolUsageError(
        `there is no system call '${syscall}': kscope -l 'tracepoint:syscalls:sys_enter_*' lists them`,
      );
  },
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:raw_syscalls:sys_enter', 'tracepoint:raw_syscalls:sys_exit'],
      program: (o) => (o.latency ? timing(o) : counting(o)),
    },
  ],
  shapes: (o) => [
    {
      kind: 'table',
      keys: o.perProcess ? [pidColumn, commColumn] : [syscallColumn],
      parts: o.perProcess ? ['pid', 'comm'] : ['id'],
      maps: { calls: '@calls', ...(o.latency && { time: '@time' }) },
      values: [
        count('COUNT', 'calls', { about: 'calls that returned' }),
        ...(o.latency ? [timeColumnOf(o.milliseconds)] : []),
      ],
      sort: !o.latency ? 'calls' : o.milliseconds ? 'time_ms' : 'time_us',
      top: o.top,
    },
  ],
  start: ({ interval }) =>
    interval === undefined
      ? 'Tracing syscalls... Hit Ctrl-C to end.'
      : `Tracing syscalls, printing every ${interval} s... Hit Ctrl-C to end.`,
  examples: [
    {
      command: 'syscount --latency -d 4',
      output: `Tracing syscalls... Hit Ctrl-C to end.

SYSCALL                   COUNT        TIME (us)
futex                     16710    200134948.185
epoll_pwait                4216     23771950.659
nanosleep                   488      5779091.963
read                       7219      5495870.210
wait4                       104      4121441.504
munmap                     1317       660885.073
sched_yield                 230       659330.345
madvise                    1352       583668.280
execve                      248       439395.429
write                      3236       359178.337`,
      reading:
        'By the time spent in them. Calls that wait for something (futex, epoll, nanosleep) lead such a list on any machine and are usually no problem; below them, reads took 0.8 ms on average, which are mostly waits for a pipe or socket. 200 seconds in four are possible because many threads wait at once.',
    },
    {
      command: 'syscount -P -x -d 2',
      output: `Tracing syscalls... Hit Ctrl-C to end.

PID     COMM                COUNT
10823   rolldown-worker       439
10823   node                  182
11165   tsc                   106`,
      reading:
        'Who gets errors from system calls. Some are part of normal work (EAGAIN on sockets, ENOENT in searches); syscount -x shows which calls they are.',
    },
  ],
  overhead:
    'Every system call of the machine: about 0.2 to 0.4 µs for counting, twice that and a little more with --latency. On a machine with 100,000 calls a second that is some per cent of a CPU; programs that make many short calls feel it.',
});
