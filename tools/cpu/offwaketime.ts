/** Where threads sleep and who wakes them, with both stacks: the chain from the wait to its end. */
import * as standard from '../../src/tools/options/standard.ts';
import { pidColumn } from '../../src/tools/shape/column.ts';
import type { StackPart } from '../../src/tools/shape/shape.ts';
import { defineTool } from '../../src/tools/tool.ts';
import {
  blockedOptions,
  blockedTime,
  checkBounds,
  checkKinds,
  forDuration,
  leaving,
  roomForStacks,
  sleeperColumn,
  sleeps,
  stackKinds,
  wakerColumn,
  withinBounds,
} from './shared/blocked.ts';

const options = {
  ...blockedOptions,
  kernelStacks: standard.kernelStacks,
  userStacks: standard.userStacks,
  stackDepth: standard.stackDepth,
  stackStorage: standard.stackStorage,
};

export const offwaketime = defineTool({
  name: 'offwaketime',
  area: 'cpu',
  summary: 'Time that threads slept, by their stack and that of their waker',
  description:
    'Joins offcputime and wakeuptime: for each thread that slept, the stack with which it went to sleep and the stack of whoever woke it. Only sleeps are counted, not waits for a CPU. In text the waker comes first, from its outermost frame, so that the two innermost frames meet.',
  options,
  check(o) {
    checkBounds(o);
    checkKinds(o);
  },
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:sched:sched_switch', 'tracepoint:sched:sched_waking', 'feature:tp_btf'],
      program: (o) => {
        const { kernel, user } = stackKinds(o);
        const stacks = [
          ...(kernel ? [`kstack(${o.stackDepth})`] : []),
          ...(user ? [`ustack(${o.stackDepth})`] : []),
        ];
        const kept = (name: string) => stacks.map((_, index) => `${name}.${index + 1}`);
        return `
${roomForStacks(o)}
rawtracepoint:sched_waking
/has_key(@slept, args.p.pid)/
{ @waker[args.p.pid] = (comm, ${stacks.join(', ')}); }

rawtracepoint:sched_switch
{
  if (${leaving(o, sleeps)}) { @slept[tid] = (nsecs, ${stacks.join(', ')}); }
  if (has_key(@slept, args.next.pid)) {
    $slept = @slept[args.next.pid];
    $waker = @waker[args.next.pid];
    $us = (uint64)(nsecs - $slept.0) / 1000;
    if (${withinBounds(o)}) {
      @both[${[...kept('$waker'), '$waker.0', ...kept('$slept'), 'args.next.comm', 'args.next.tgid'].join(', ')}] = sum($us);
    }
    _ = delete(@slept, args.next.pid);
    _ = delete(@waker, args.next.pid);
  }
}`;
      },
    },
  ],
  shapes: (o) => {
    const { kernel, user } = stackKinds(o);
    const part = (name: StackPart, wanted: boolean) => (wanted ? [name] : []);
    return [
      {
        kind: 'stacks',
        map: '@both',
        key: [
          ...part('waker_kernel', kernel),
          ...part('waker_user', user),
          wakerColumn,
          ...part('kernel', kernel),
          ...part('user', user),
          sleeperColumn,
          pidColumn,
        ],
        value: blockedTime,
        folded: o.folded,
        ...(o.top !== undefined && { top: o.top }),
      },
    ];
  },
  start: ({ duration }) => forDuration('Tracing blocked time (us) by stack and waker stack', duration),
  examples: [
    {
      command: 'offwaketime -K -n sh -M 300000',
      output: `Tracing blocked time (us) by stack and waker stack... Hit Ctrl-C to end.

    waker: sleep
    entry_SYSCALL_64_after_hwframe+118
    do_syscall_64+113
    __x64_sys_exit_group+24
    do_group_exit+48
    do_exit+2291
    do_notify_parent+716
    __wake_up_sync_key+59
    __wake_up_common+120
    child_wait_callback+87
    default_wake_function+26
    try_to_wake_up+950
    --
    __schedule+1576
    schedule+35
    do_wait+90
    kernel_wait4+178
    __do_sys_wait4+160
    do_syscall_64+113
    entry_SYSCALL_64_after_hwframe+118
    -                sh (9141)
        502817`,
      reading:
        'Read from the top: sleep ended and told its parent, which woke the shell that waited for its child, for 0.5 seconds.',
    },
  ],
  overhead:
    'The sum of offcputime and wakeuptime: walks of stacks when a selected thread goes to sleep and when it is woken, 10 to 20 µs each in a guest. Select with -p or -n.',
});
