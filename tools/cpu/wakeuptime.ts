/** Who wakes threads, and how long those had slept: the other half of what a thread waits for. */
import * as standard from '../../src/tools/options/standard.ts';
import { defineTool } from '../../src/tools/tool.ts';
import {
  blockedOptions,
  blockedTime,
  checkBounds,
  forDuration,
  leaving,
  roomForStacks,
  sleeperColumn,
  sleeps,
  wakerColumn,
  withinBounds,
} from './shared/blocked.ts';

const options = { ...blockedOptions, stackDepth: standard.stackDepth, stackStorage: standard.stackStorage };

export const wakeuptime = defineTool({
  name: 'wakeuptime',
  area: 'cpu',
  summary: 'Time that threads slept, by the stack that woke them',
  description:
    'Sums for each kernel stack that woke a thread how long that thread had slept. It answers what a blocked thread was waiting for: the stack of the one that ended the wait. Wakeups from interrupts show the interrupted thread as the waker.',
  options,
  check: checkBounds,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:sched:sched_switch', 'tracepoint:sched:sched_waking', 'feature:tp_btf'],
      // sched_waking runs where the waker runs; sched_wakeup may run on the CPU of the one that is woken.
      program: (o) => `
${roomForStacks(o)}
rawtracepoint:sched_switch
{
  if (${leaving(o, sleeps)}) { @slept[tid] = nsecs; }
}

rawtracepoint:sched_waking
{
  $since = @slept[args.p.pid];
  if ($since) {
    $us = (uint64)(nsecs - $since) / 1000;
    if (${withinBounds(o)}) { @wake[kstack(${o.stackDepth}), comm, args.p.comm] = sum($us); }
    _ = delete(@slept, args.p.pid);
  }
}`,
    },
  ],
  shapes: (o) => [
    {
      kind: 'stacks',
      map: '@wake',
      key: ['waker_kernel', wakerColumn, sleeperColumn],
      value: blockedTime,
      folded: o.folded,
      ...(o.top !== undefined && { top: o.top }),
    },
  ],
  start: ({ duration }) => forDuration('Tracing blocked time (us) by waker stack', duration),
  examples: [
    {
      command: 'wakeuptime -r 1 2',
      output: `Tracing blocked time (us) by waker stack for 2 s.

    waker: node
    entry_SYSCALL_64_after_hwframe+118
    do_syscall_64+113
    __x64_sys_futex+301
    do_futex+387
    futex_wake+410
    wake_up_q+51
    try_to_wake_up+950
    -                node
        19756147`,
      reading:
        'Threads called node were woken by others called node through futexes, after waits of 19.8 seconds in all: a thread pool that gives out work.',
    },
  ],
  overhead:
    'Every switch and every wakeup: half a microsecond, and for wakeups of selected threads a walk of a kernel stack, about 10 µs in a guest.',
});
