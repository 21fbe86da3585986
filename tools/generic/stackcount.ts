/** Which code paths lead to a function, a tracepoint or any other probe. */
import { text } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { parseProbe, probeText } from '../../src/tools/probe-pattern.ts';
import { commColumn, count, pidColumn } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { ToolUsageError } from '../../src/tools/tool-error.ts';
import { where } from '../../src/tools/where.ts';

const options = {
  probe: text({
    long: 'probe',
    argument: 'PROBE',
    operand: 0,
    required: true,
    help: 'where to take stacks: a function of the kernel, or any probe',
  }),
  pid: standard.pid,
  tid: standard.tid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  cpu: standard.cpu,
  interval: { ...standard.interval, operand: 1 },
  count: { ...standard.count, operand: 2 },
  perProcess: standard.perProcess,
  kernelStacks: standard.kernelStacks,
  userStacks: standard.userStacks,
  stackDepth: standard.stackDepth,
  folded: standard.folded,
  top: standard.top,
  timestamps: standard.timestamps,
};

interface Kinds {
  readonly kernelStacks: boolean;
  readonly userStacks: boolean;
  readonly perProcess: boolean;
}

/** Both kinds, unless one is asked for alone. */
const kindsOf = ({ kernelStacks, userStacks }: Kinds) => ({ kernel: !userStacks, user: !kernelStacks });

export const stackcount = defineTool({
  name: 'stackcount',
  area: 'generic',
  summary: 'Stacks that lead to a function, a tracepoint or any other probe, counted',
  description:
    'Takes the kernel and the user stack at each hit and counts equal ones in the kernel. Who calls this, and why? User stacks follow frame pointers: programs built without them show few frames.',
  options,
  check: ({ probe, kernelStacks, userStacks }) => {
    parseProbe(probe);
    if (kernelStacks && userStacks)
      throw new ToolUsageError('-K and -U exclude each other: without them both stacks are shown');
  },
  takesLanguage: true,
  variants: [
    {
      by: 'the probe that is asked for',
      needs: [],
      program: (o) => {
        const { kernel, user } = kindsOf(o);
        const key = [
          ...(o.perProcess ? ['comm', 'pid'] : ['comm']),
          ...(user ? [`ustack(${o.stackDepth})`] : []),
          ...(kernel ? [`kstack(${o.stackDepth})`] : []),
        ];
        return `${probeText(parseProbe(o.probe))}
${where(o)}
{ @stacks[${key.join(', ')}] = count(); }`;
      },
    },
  ],
  start: ({ probe }) => `Tracing ${probeText(parseProbe(probe))}... Hit Ctrl-C to end.`,
  shapes: (o) => {
    const { kernel, user } = kindsOf(o);
    return [
      {
        kind: 'stacks',
        map: '@stacks',
        key: [
          commColumn,
          ...(o.perProcess ? [pidColumn] : []),
          ...(user ? ['user' as const] : []),
          ...(kernel ? ['kernel' as const] : []),
        ],
        value: count('COUNT', 'count', { about: 'hits with this stack' }),
        folded: o.folded,
        ...(o.top === undefined ? {} : { top: o.top }),
      },
    ];
  },
  examples: [
    {
      command: 'stackcount -K t:sched:sched_switch -d 1 -r 1',
      output: `Tracing tracepoint:sched:sched_switch... Hit Ctrl-C to end.

    __schedule+1226
    schedule+41
    do_nanosleep+101
    hrtimer_nanosleep+146
    __x64_sys_clock_nanosleep+195
    do_syscall_64+126
    entry_SYSCALL_64_after_hwframe+118
    -                sleeper
        95`,
      reading:
        'The stack that gave the CPU up most often, innermost frame first: 95 times in a second it was the program "sleeper", in clock_nanosleep.',
    },
  ],
  overhead:
    'About 1 to 2 µs for each hit: walking a stack costs more than counting. Events that come a hundred thousand times a second are felt.',
});
