/** Which files are opened, by whom, and which opens fail. */
import { flag } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import {
  commColumn,
  count,
  label,
  pidColumn,
  secondsColumn,
  timeColumn,
  uidColumn,
} from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';

const options = {
  pid: standard.pid,
  tid: standard.tid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  failed: standard.failed,
  timestamps: standard.timestamps,
  showUid: flag({ long: 'show-uid', help: 'show the user id' }),
  flags: flag({ short: 'e', long: 'flags', also: ['extended_fields'], help: 'show the flags of the open' }),
};

const calls = ['open', 'openat', 'openat2'] as const;
const enter = calls.map((call) => `tracepoint:syscalls:sys_enter_${call}`);
const exit = calls.map((call) => `tracepoint:syscalls:sys_exit_${call}`);

export const opensnoop = defineTool({
  name: 'opensnoop',
  area: 'filesystems',
  summary: 'Files that are opened, and by which process',
  description:
    'Shows every open, openat and openat2 call when it returns: the process, the descriptor or the error, and the path as the program gave it. Paths that are relative are relative to the directory of the process.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:syscalls:sys_enter_openat'],
      program: (o) => `
${enter[0]},
${enter[1]}
${where(o)}
{ @path[tid] = args.filename; @flags[tid] = (int64)args.flags; }

${enter[2]}
${where(o)}
{ @path[tid] = args.filename; @flags[tid] = (int64)args.how.flags; }

${exit.join(',\n')}
/@path[tid]/
{
  ${o.failed ? 'if (args.ret < 0) {' : ''}
    print((ts=nsecs, pid=pid, tid=tid, uid=uid, comm=comm, ret=args.ret, flags=@flags[tid], path=str(@path[tid])));
  ${o.failed ? '}' : ''}
  _ = delete(@path, tid);
  _ = delete(@flags, tid);
}`,
    },
  ],
  shapes: (o) => [
    {
      kind: 'events',
      columns: [
        ...(o.timestamps ? [timeColumn, secondsColumn] : []),
        ...(o.showUid ? [uidColumn] : []),
        pidColumn,
        commColumn,
        count('FD', 'fd', {
          about: 'descriptor, or -1',
          width: 4,
          from: ({ ret }) => (Number(ret) < 0 ? -1 : (ret ?? null)),
        }),
        count('ERR', 'error', {
          about: 'error number, or 0',
          width: 3,
          from: ({ ret }) => (Number(ret) < 0 ? -Number(ret) : 0),
        }),
        ...(o.flags
          ? [
              count('FLAGS', 'flags', {
                about: 'flags of the open, octal in text',
                width: 8,
                text: (cell) => Number(cell).toString(8).padStart(8, '0'),
              }),
            ]
          : []),
        label('PATH', 'path', { about: 'path as the program gave it' }),
      ],
    },
  ],
  examples: [
    {
      command: 'opensnoop -x',
      output: `PID     COMM               FD ERR PATH
1183    nginx              -1   2 /etc/nginx/mime.types.local
2230    java               -1  13 /proc/1/status`,
      reading:
        'Opens that failed: error 2 is "no such file", 13 "permission denied". A program that looks for its configuration in many places shows up as a series of error 2.',
    },
  ],
  overhead:
    'Two events for each open. Opens are seldom more than some thousands a second, which costs well under 1 % of a CPU; a compilation or a find can reach 100,000 a second and then costs a few per cent.',
});
