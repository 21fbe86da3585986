/** Calls of a function, or system calls, that took longer than they should. */
import { flag, integer, text } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { parseProbe, probeText, returnOf, shownName } from '../../src/tools/probe-pattern.ts';
import {
  type Column,
  commColumn,
  count,
  label,
  millisecondsFrom,
  pidColumn,
  timeColumn,
} from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';

/** Registers that carry arguments of functions on x86-64. */
const mostArguments = 6;

const options = {
  probe: text({
    long: 'probe',
    argument: 'PROBE',
    operand: 0,
    required: true,
    help: 'function, or tracepoint syscalls:sys_enter_*',
  }),
  minMs: { ...standard.minMs, default: 1, help: 'only what took at least so many milliseconds (default 1)' },
  pid: standard.pid,
  tid: standard.tid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  arguments: integer({
    short: 'a',
    long: 'arguments',
    argument: 'N',
    help: `show the first N arguments, at most ${mostArguments}`,
  }),
  userStack: flag({ long: 'user-stack', help: 'show the user stack of the call' }),
  kernelStack: flag({ long: 'kernel-stack', help: 'show the kernel stack of the call' }),
  timestamps: standard.timestamps,
};

export const funcslower = defineTool({
  name: 'funcslower',
  area: 'generic',
  summary: 'Calls of a function or system calls slower than a threshold',
  description:
    'Shows each call that took at least so many milliseconds, when it returns: who made it, how long it took, what it returned. Functions of the kernel need kprobes or fentry; functions of programs (uprobe:PATH:NAME) and system calls do not. Of a recursive function only the innermost call is timed.',
  options,
  takesLanguage: true,
  check: ({ probe }) => {
    returnOf(parseProbe(probe));
  },
  variants: [
    {
      by: 'the probe that is asked for',
      needs: [],
      program: (o) => {
        const entry = parseProbe(o.probe);
        const tracepoint = entry.provider === 'tracepoint';
        const arguments_ = argumentNames(o.arguments, tracepoint);
        const saved = arguments_.map((name, index) => `  @arg${index}[tid] = (uint64)${name};\n`).join('');
        const forgotten = arguments_.map((_, index) => `  _ = delete(@arg${index}, tid);\n`).join('');
        const fields = [
          'ts=nsecs',
          'pid=pid',
          'comm=comm',
          'duration_ns=$duration',
          `return_value=${tracepoint ? 'args.ret' : '(int64)retval'}`,
          'probe=probe',
          ...arguments_.map((_, index) => `arg_${index}=@arg${index}[tid]`),
          ...(o.kernelStack ? ['kernel_stack=kstack'] : []),
          ...(o.userStack ? ['user_stack=ustack'] : []),
        ];
        return `${probeText(entry)}
${where(o)}
{
  @start[tid] = nsecs;
${saved}}

${probeText(returnOf(entry))}
/@start[tid]/
{
  $duration = nsecs - @start[tid];
  if ($duration >= ${Math.round((o.minMs ?? 1) * 1e6)}) {
    print((${fields.join(', ')}));
  }
  _ = delete(@start, tid);
${forgotten}}`;
      },
    },
  ],
  shapes: (o) => [
    {
      kind: 'events',
      columns: [
        ...(o.timestamps ? [timeColumn] : []),
        commColumn,
        pidColumn,
        millisecondsFrom('duration_ns'),
        count('RVAL', 'return_value', { about: 'what the call returned', width: 16 }),
        label('FUNC', 'function', {
          about: 'function or tracepoint',
          width: 24,
          from: ({ probe }) => shownName(String(probe)),
        }),
        ...Array.from({ length: Math.min(o.arguments ?? 0, mostArguments) }, (_, index) =>
          argumentColumn(index),
        ),
        ...(o.kernelStack ? [stackColumn('kernel_stack')] : []),
        ...(o.userStack ? [stackColumn('user_stack')] : []),
      ],
    },
  ],
  examples: [
    {
      command: 'funcslower t:syscalls:sys_enter_fsync -M 10',
      output: `COMM             PID        LAT(ms)             RVAL FUNC
postgres         3121         14.21                0 syscalls:sys_exit_fsync
postgres         3121         22.87                0 syscalls:sys_exit_fsync`,
      reading: 'Calls of fsync that took more than 10 ms: each is a commit that somebody waited for.',
    },
  ],
  overhead:
    'Two events for each call, 100 to 300 ns in all, and about 1 µs more for each call that is shown. Returns of functions of programs (uretprobe) cost some microseconds each.',
});

/** Arguments of functions are registers. System calls have theirs by number as raw arguments of the tracepoint. */
function argumentNames(wanted: number | undefined, tracepoint: boolean): readonly string[] {
  const names = Array.from({ length: Math.min(wanted ?? 0, mostArguments) }, (_, index) => `arg${index}`);
  return tracepoint ? [] : names;
}

function argumentColumn(index: number): Column {
  return {
    title: `ARG${index}`,
    field: `arg_${index}`,
    type: 'integer',
    align: 'right',
    width: 18,
    about: `argument ${index}`,
    text: (cell) => (cell === null ? '-' : `0x${BigInt(String(cell)).toString(16)}`),
  };
}

function stackColumn(field: string): Column {
  return { title: 'STACK', field, type: 'array', align: 'left', width: 0, about: 'frames, innermost first' };
}
