/** Which programs are started, with their arguments; and, if asked, which attempts fail. */
import { flag, integer, text } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import {
  type Cell,
  commColumn,
  count,
  cpuColumn,
  label,
  pidColumn,
  ppidColumn,
  type Row,
  secondsColumn,
  timeColumn,
  uidColumn,
} from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { lines, type Selection, where } from '../../src/tools/where.ts';

/** Bytes of arguments that a record has room for; of an attempt that failed, so many arguments and bytes of each. */
const roomBytes = 2048;
const failedArguments = 20;
const failedBytes = 80;

const options = {
  pid: standard.pid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  line: text({ short: 'l', long: 'line', help: 'only where the arguments contain this text' }),
  fails: flag({ short: 'x', long: 'failed', also: ['fails'], help: 'attempts that failed, too' }),
  timestamps: standard.timestamps,
  quote: flag({ short: 'q', long: 'quote', help: 'put quotes around the arguments' }),
  showUid: flag({ long: 'show-uid', help: 'show the user id' }),
  showCpu: flag({ long: 'show-cpu', help: 'show the CPU' }),
  parent: flag({ long: 'parent-comm', help: 'show the name of the parent' }),
  maxArgs: integer(
    { long: 'max-args', argument: 'N', default: 20, help: 'so many arguments at most (default 20)' },
    1,
  ),
};

const calls = ['execve', 'execveat'] as const;
const enter = calls.map((call) => `tracepoint:syscalls:sys_enter_${call}`).join(', ');
const exit = calls.map((call) => `tracepoint:syscalls:sys_exit_${call}`).join(', ');

const who = 'ts=nsecs, pid=pid, ppid=ppid, uid=uid, cpu=cpu, comm=comm, parent_comm=pcomm';

/** The arguments as the caller has them: pointers that end with null. The first is shown as the path that was tried. */
const callerPointers = Array.from({ length: failedArguments }, (_, index) =>
  index === 0
    ? '$p0 = $argv[0];'
    : `$p${index} = $p${index - 1} ? $argv[${index}] : (uint64)0; $n += $p${index} ? 1 : 0;`,
).join('\n    ');
const callerArguments = Array.from(
  { length: failedArguments },
  (_, index) => `a${index}=str(${index === 0 ? '@path[tid]' : `$p${index}`}, ${failedBytes})`,
).join(', ');

/**
 * The new program's arguments lie one behind the other in its memory, just written by the kernel. Those of an attempt
 * that failed are still where the caller put them.
 */
const program = (o: { readonly fails: boolean } & Selection) =>
  lines(
    `config = { max_strlen = ${roomBytes} }`,
    `tracepoint:sched:sched_process_exec
${where(o)}
{
  $mm = curtask.mm;
  $size = $mm.arg_end - $mm.arg_start;
  print((${who}, ret=0, size=$size, args=buf(uptr($mm.arg_start), $size)));
}`,
    o.fails &&
      `${enter}
${where(o)}
{ @argv[tid] = (uint64 *)args.argv; @path[tid] = args.filename; }

tracepoint:sched:sched_process_exec
{ _ = delete(@argv, args.old_pid); _ = delete(@path, args.old_pid); }

${exit}
/has_key(@argv, tid)/
{
  if (args.ret < 0) {
    $argv = @argv[tid];
    $n = 1;
    ${callerPointers}
    print((${who}, ret=args.ret, n=$n, ${callerArguments}));
  }
  _ = delete(@argv, tid);
  _ = delete(@path, tid);
}`,
  );

interface Arguments {
  readonly words: readonly string[];
  /** There were more than could be read. */
  readonly more: boolean;
}

function argumentsOf(row: Row): Arguments {
  if (row.args instanceof Uint8Array) return storedArguments(row.args, Number(row.size));
  const known = Number(row.n);
  const words = Array.from({ length: known }, (_, index) => String(row[`a${index}`] ?? ''));
  return { words, more: known === failedArguments };
}

/** Each argument ends with a zero byte. */
function storedArguments(bytes: Uint8Array, sizeBytes: number): Arguments {
  const stored = Buffer.from(bytes).subarray(0, sizeBytes).toString('utf8');
  return { words: stored.replace(/\0+$/, '').split('\0'), more: sizeBytes > bytes.length };
}

function argumentText(row: Row, quote: boolean, most: number): string {
  const { words, more } = argumentsOf(row);
  const shown = words.slice(0, most).map((word) => (quote ? `"${word.replace(/["\\]/g, '\\$&')}"` : word));
  return [...shown, ...(more || words.length > most ? ['...'] : [])].join(' ');
}

export const execsnoop = defineTool({
  name: 'execsnoop',
  area: 'cpu',
  summary: 'Programs that are started, with their arguments',
  description:
    'Shows every execve and execveat that succeeds, with the arguments that the new program got: short-lived processes that top never shows. Processes that only fork are not seen. With -x, attempts that failed are shown, too, with their error; a program that searches PATH makes a series of them.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:sched:sched_process_exec'],
      program,
    },
  ],
  shapes: (o) => [
    {
      kind: 'events',
      keep: (row) =>
        o.line === undefined || argumentText(row, false, Number.MAX_SAFE_INTEGER).includes(o.line),
      columns: [
        ...(o.timestamps ? [timeColumn, secondsColumn] : []),
        ...(o.showUid ? [uidColumn] : []),
        { ...commColumn, title: 'PCOMM', about: 'name of the process' },
        pidColumn,
        ppidColumn,
        ...(o.parent ? [label('PARENT', 'parent_comm', { about: 'name of the parent' })] : []),
        ...(o.showCpu ? [cpuColumn] : []),
        count('RET', 'ret', { about: '0, or the negative error number', width: 3 }),
        label('ARGS', 'args', {
          about: 'arguments, with blanks between them',
          from: (row): Cell => argumentText(row, o.quote, o.maxArgs),
        }),
      ],
    },
  ],
  examples: [
    {
      command: 'execsnoop -x',
      output: `PCOMM            PID     PPID    RET ARGS
npx              16758   15642     0 /usr/bin/env node /usr/bin/npx tsc -p .
npx              16758   15642    -2 /usr/local/sbin/node /usr/bin/npx tsc -p .
npx              16758   15642    -2 /usr/local/bin/node /usr/bin/npx tsc -p .
npx              16758   15642    -2 /usr/sbin/node /usr/bin/npx tsc -p .
node             16758   15642     0 node /usr/bin/npx tsc -p .`,
      reading:
        'A script is started: first env, which then tries node in each directory of PATH (error 2: no such file) until it finds it. The same PID goes through several programs.',
    },
    {
      command: 'execsnoop -l --version --parent-comm',
      output: `PCOMM            PID     PPID    PARENT           RET ARGS
ldd              22202   22201   sh                 0 /bin/bash /usr/bin/ldd --version`,
      reading:
        'Only what has --version among its arguments, and who started it. A script shows with the interpreter that runs it.',
    },
  ],
  overhead:
    'An event for each program that is started, about 20 µs in a guest, which is little beside the start itself. With -x every system call of the machine passes a short test, too (some tens of nanoseconds), because calls are followed at their entry and exit.',
});
