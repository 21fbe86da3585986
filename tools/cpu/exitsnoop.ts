/** Which processes end, how old they got, and why they ended. */
import { constants } from 'node:os';
import { flag } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import {
  commColumn,
  count,
  label,
  measure,
  numberOf,
  pidColumn,
  ppidColumn,
  tidColumn,
  timeColumn,
} from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';

const options = {
  pid: standard.pid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  failed: standard.failed,
  timestamps: standard.timestamps,
  threads: flag({
    short: 'L',
    long: 'per-thread',
    also: ['threaded'],
    help: 'every thread, not only processes',
  }),
};

/** Parts of a wait status, as wait(2) has them. */
const statusOf = (cell: unknown) => {
  const status = Number(cell);
  return { code: (status >> 8) & 0xff, signal: status & 0x7f, core: (status & 0x80) !== 0 };
};

function exitText(cell: unknown): string {
  const { code, signal, core } = statusOf(cell);
  if (signal !== 0) return `signal ${signal} (${signalName(signal)})${core ? ', core dumped' : ''}`;
  return code === 0 ? '0' : `code ${code}`;
}

function signalName(signal: number): string {
  const found = Object.entries(constants.signals).find(([, number]) => number === signal);
  return found?.[0].replace(/^SIG/, '') ?? 'unknown';
}

export const exitsnoop = defineTool({
  name: 'exitsnoop',
  area: 'cpu',
  summary: 'Processes that end, with their age and the reason',
  description:
    'Shows each process when its first thread ends: how long it lived, and its exit code or the signal that killed it. With -L every thread is shown. Age counts from the fork, not from the last exec.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:sched:sched_process_exit'],
      program: (o) => `
tracepoint:sched:sched_process_exit
${where(o, !o.threads && 'pid == tid', o.failed && 'curtask.exit_code != 0')}
{
  print((ts=nsecs, comm=comm, pid=pid, ppid=ppid, tid=tid, age=nsecs - curtask.start_boottime, status=curtask.exit_code));
}`,
    },
  ],
  shapes: (o) => [
    {
      kind: 'events',
      columns: [
        ...(o.timestamps ? [timeColumn] : []),
        { ...commColumn, title: 'PCOMM' },
        pidColumn,
        ppidColumn,
        tidColumn,
        measure('AGE(s)', 'age_s', {
          about: 'seconds since the process or thread was made',
          from: ({ age }) => numberOf(age) / 1e9,
        }),
        count('CODE', 'exit_code', {
          about: 'exit code; 0 when a signal ended it',
          hidden: true,
          from: ({ status }) => statusOf(status).code,
        }),
        count('SIG', 'signal', {
          about: 'number of the signal that ended it, or 0',
          hidden: true,
          from: ({ status }) => statusOf(status).signal,
        }),
        label('EXIT_CODE', 'reason', {
          about: 'exit code or signal as text',
          from: ({ status }) => exitText(status),
        }),
      ],
    },
  ],
  examples: [
    {
      command: 'exitsnoop',
      output: `PCOMM            PID     PPID    TID       AGE(s) EXIT_CODE
sh               16716   16715   16716       0.05 code 3
sh               16717   16715   16717       0.03 signal 11 (SEGV)
sleep            16719   16718   16719       0.37 signal 15 (TERM)
timeout          16718   16715   16718       0.45 code 124
cat              16731   16715   16731       0.07 code 1
echo             16738   16715   16738       0.08 0`,
      reading:
        'Processes as they end: with the exit code, or the signal that ended them. Code 124 is how timeout says that it killed the command. Short ages in quick succession point to a script that starts many programs, or to a service that cannot stay up.',
    },
  ],
  overhead:
    'An event for each process or thread that ends: some microseconds beside the end of a process, which takes far longer.',
});
