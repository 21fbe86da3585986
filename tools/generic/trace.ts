/** A line for each hit of any probe, with whatever the person wants to see of it. */

import { formatMessage } from '../../src/tools/format-message.ts';
import { flag, integer, text } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { shownName } from '../../src/tools/probe-pattern.ts';
import {
  type Column,
  commColumn,
  cpuColumn,
  label,
  pidColumn,
  secondsColumn,
  tidColumn,
  timeColumn,
  uidColumn,
} from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { parseTraceSpec } from '../../src/tools/trace-spec.ts';
import { where } from '../../src/tools/where.ts';

const options = {
  probe: text({
    long: 'probe',
    argument: 'SPEC',
    operand: 0,
    required: true,
    rest: true,
    help: `PROBE [(CONDITION)] ["FORMAT", EXPRESSION, …]`,
  }),
  pid: standard.pid,
  tid: standard.tid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  cpu: standard.cpu,
  events: integer(
    { long: 'events', argument: 'N', also: ['max-events'], help: 'end after so many lines' },
    1,
  ),
  timestamps: standard.timestamps,
  showUid: flag({ long: 'show-uid', help: 'show the user id' }),
  showCpu: flag({ short: 'C', long: 'show-cpu', help: 'show the CPU' }),
  kernelStacks: flag({ long: 'kernel-stack', help: 'show the kernel stack' }),
  userStacks: flag({ long: 'user-stack', help: 'show the user stack' }),
};

export const trace = defineTool({
  name: 'trace',
  area: 'generic',
  summary: 'A line for each hit of any probe, with arguments and a condition',
  description:
    'Says who calls what, with which arguments. After the probe may come a condition in parentheses, then a format as of printf and the expressions that it shows; both are written in the language: args.NAME of tracepoints, arg0 … and retval of functions, str() for strings.',
  options,
  takesLanguage: true,
  check: ({ probe }) => {
    parseTraceSpec(probe);
  },
  variants: [
    {
      by: 'the probe that is asked for',
      needs: [],
      program: (o) => {
        const { probe, condition, expressions } = parseTraceSpec(o.probe);
        const fields = [
          'ts=nsecs',
          'cpu=cpu',
          'uid=uid',
          'pid=pid',
          'tid=tid',
          'comm=comm',
          'probe=probe',
          ...expressions.map((expression, index) => `arg_${index}=${expression}`),
          ...(o.kernelStacks ? ['kernel_stack=kstack'] : []),
          ...(o.userStacks ? ['user_stack=ustack'] : []),
        ];
        return `${probe}
${where(o, condition === undefined ? undefined : `(${condition})`)}
{
  print((${fields.join(', ')}));${
    o.events === undefined
      ? ''
      : `
  @events++;
  if (@events >= ${o.events}) { exit(); }`
  }
}`;
      },
    },
  ],
  shapes: (o) => {
    const { format, expressions } = parseTraceSpec(o.probe);
    return [
      {
        kind: 'events',
        columns: [
          ...(o.timestamps ? [timeColumn, secondsColumn] : []),
          ...(o.showCpu ? [cpuColumn] : []),
          ...(o.showUid ? [uidColumn] : []),
          pidColumn,
          tidColumn,
          commColumn,
          label('FUNC', 'function', {
            about: 'function or tracepoint',
            width: 24,
            from: ({ probe }) => shownName(String(probe)),
          }),
          ...expressions.map(argument),
          ...(format === undefined
            ? []
            : [
                label('-', 'message', {
                  about: 'the format with its values',
                  from: (row) =>
                    formatMessage(
                      format,
                      expressions.map((_, index) => row[`arg_${index}`] ?? null),
                    ),
                }),
              ]),
          ...(o.kernelStacks ? [stack('kernel_stack', 'frames in the kernel, innermost first')] : []),
          ...(o.userStacks ? [stack('user_stack', 'frames of the program, innermost first')] : []),
        ],
      },
    ];
  },
  examples: [
    {
      command: `trace 't:syscalls:sys_enter_openat (args.flags & 64) "create %s", str(args.filename)'`,
      output: `PID     TID     COMM             FUNC                     -
4122    4122    touch            syscalls:sys_enter_openat create /tmp/x`,
      reading: 'Only opens whose flags have O_CREAT (64): who creates files, and which.',
    },
    {
      command: `trace 'r:/bin/bash:readline "%s", str(retval)'`,
      output: `PID     TID     COMM             FUNC                     -
1180    1180    bash             readline                 ls -l`,
      reading: 'What is typed into every running bash, from the value that its function readline returns.',
    },
  ],
  overhead:
    'About 1 µs for each line that is shown, and some tens of nanoseconds for each hit that the condition leaves out. Lines that cannot be shown as fast as they come are lost, and counted.',
});

/** In JSON and CSV; in text the message shows it. */
function argument(expression: string, index: number): Column {
  return {
    title: '',
    field: `arg_${index}`,
    type: 'string',
    align: 'left',
    width: 0,
    about: `value of ${expression}`,
    hidden: true,
  };
}

function stack(field: string, about: string): Column {
  return { title: 'STACK', field, type: 'array', align: 'left', width: 0, about };
}
