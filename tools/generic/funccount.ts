/** How often functions, tracepoints and other probes are hit. */
import { text } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { parseProbe, probeText, shownName } from '../../src/tools/probe-pattern.ts';
import { count, label } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';

const options = {
  probe: text({
    long: 'probe',
    argument: 'PROBE',
    operand: 0,
    required: true,
    help: 'what to count: a function of the kernel, or any probe with * for any text',
  }),
  pid: standard.pid,
  tid: standard.tid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  cpu: standard.cpu,
  interval: { ...standard.interval, operand: 1 },
  count: { ...standard.count, operand: 2 },
  top: standard.top,
  timestamps: standard.timestamps,
};

export const funccount = defineTool({
  name: 'funccount',
  area: 'generic',
  summary: 'How often functions, tracepoints or other probes are hit',
  description:
    'Counts in the kernel, one counter for each probe that matches. A pattern is an attach point of the language, such as tracepoint:block:* or uprobe:libc:mem*, or a function of the kernel by its name alone, which needs kprobes.',
  options,
  check: ({ probe }) => {
    parseProbe(probe);
  },
  takesLanguage: true,
  variants: [
    {
      by: 'the probe that is asked for',
      needs: [],
      program: (o) => `${probeText(parseProbe(o.probe))}
${where(o)}
{ @calls[probe] = count(); }`,
    },
  ],
  start: ({ probe }) => `Tracing ${probeText(parseProbe(probe))}... Hit Ctrl-C to end.`,
  shapes: (o) => [
    {
      kind: 'table',
      keys: [
        label('FUNC', 'function', {
          about: 'function or tracepoint',
          width: 40,
          from: ({ probe }) => shownName(String(probe)),
        }),
        label('PROBE', 'probe', { about: 'the whole name of the probe', width: 0, hidden: true }),
      ],
      maps: { count: '@calls' },
      values: [count('COUNT', 'count', { about: 'hits', width: 12 })],
      sort: 'count',
      order: o.top === undefined ? 'ascending' : 'descending',
      ...(o.top === undefined ? {} : { top: o.top }),
    },
  ],
  examples: [
    {
      command: "funccount 't:syscalls:sys_enter_*' -d 1",
      output: `Tracing tracepoint:syscalls:sys_enter_*... Hit Ctrl-C to end.

FUNC                                            COUNT
syscalls:sys_enter_futex                           36
syscalls:sys_enter_openat                         142
syscalls:sys_enter_read                           419`,
      reading:
        'Every system call of one second. The rows are in ascending order, so that the most frequent are at the bottom, where the eye is when the tool ends.',
    },
  ],
  overhead:
    'About 30 to 100 ns for each hit, in the function that is counted. Functions of the scheduler, of memory allocation or of packet handling can be called millions of times a second: there the cost is felt, so count for a short time first.',
});
