/** How long threads stay off the CPU, as a histogram for each stack. */
import * as standard from '../../src/tools/options/standard.ts';
import { commColumn, tidColumn } from '../../src/tools/shape/column.ts';
import { stackColumn } from '../../src/tools/shape/stack-frames.ts';
import { defineTool } from '../../src/tools/tool.ts';
import {
  blockedOptions,
  checkBounds,
  forDuration,
  leaving,
  roomForStacks,
  withinBounds,
} from './shared/blocked.ts';

const { top: _top, folded: _folded, ...selection } = blockedOptions;
const options = { ...selection, stackDepth: standard.stackDepth, stackStorage: standard.stackStorage };

export const offcpuhist = defineTool({
  name: 'offcpuhist',
  area: 'cpu',
  summary: 'Time that threads spend off the CPU, as a histogram for each stack',
  description:
    'Like offcputime, but with the distribution of the times instead of their sum: it tells many short waits from a few long ones at the same place.',
  options,
  check: checkBounds,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:sched:sched_switch', 'feature:tp_btf'],
      program: (o) => `
${roomForStacks(o)}
rawtracepoint:sched_switch
{
  if (${leaving(o)}) { @left[tid] = (nsecs, kstack(${o.stackDepth}), ustack(${o.stackDepth})); }
  if (has_key(@left, args.next.pid)) {
    $left = @left[args.next.pid];
    $us = (uint64)(nsecs - $left.0) / 1000;
    if (${withinBounds(o)}) { @off[$left.1, $left.2, args.next.pid, args.next.comm] = hist($us); }
    _ = delete(@left, args.next.pid);
  }
}`,
    },
  ],
  shapes: () => [
    {
      kind: 'histogram',
      map: '@off',
      unit: 'usecs',
      name: 'off_cpu_time',
      keys: [stackColumn('kernel'), stackColumn('user'), tidColumn, commColumn],
      parts: ['kernel', 'user', 'tid', 'comm'],
    },
  ],
  start: ({ duration }) => forDuration('Tracing off-CPU time by stack', duration),
  examples: [
    {
      command: 'offcpuhist -n sleep -M 1000',
      output: `Tracing off-CPU time by stack... Hit Ctrl-C to end.

    __schedule+1576
    schedule+35
    do_nanosleep+123
    hrtimer_nanosleep+156
    common_nsleep+61
    __x64_sys_clock_nanosleep+204
    do_syscall_64+113
    entry_SYSCALL_64_after_hwframe+118
    --
    clock_nanosleep@GLIBC_2.2.5+195
    __nanosleep+19
tid = 6104, comm = sleep
     usecs               : count     distribution
     131072 -> 262143     : 1        |****************************************|`,
      reading:
        'One sleep of between 131 and 262 milliseconds at this place. Leading rows without counts are left out here.',
    },
  ],
  overhead:
    'As offcputime: two walks of a stack, 10 to 20 µs in a guest, each time that a selected thread leaves the CPU.',
});
