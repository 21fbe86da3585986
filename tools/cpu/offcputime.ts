/** Where threads block, and for how long: the time off the CPU by stack. */
import { integer } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { commColumn, pidColumn } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import {
  blockedOptions,
  blockedTime,
  checkBounds,
  checkKinds,
  forDuration,
  leaving,
  roomForStacks,
  stackKinds,
  withinBounds,
} from './shared/blocked.ts';

const options = {
  ...blockedOptions,
  state: integer({
    long: 'state',
    argument: 'MASK',
    help: 'only threads left in one of these states: 0 runnable, 1 interruptible, 2 uninterruptible',
  }),
  kernelStacks: standard.kernelStacks,
  userStacks: standard.userStacks,
  stackDepth: standard.stackDepth,
  stackStorage: standard.stackStorage,
};

function stateTest(state: number | undefined): string | false {
  if (state === undefined) return false;
  return state === 0
    ? '(args.preempt || args.prev_state == 0)'
    : `(args.prev_state & ${state}) && !args.preempt`;
}

export const offcputime = defineTool({
  name: 'offcputime',
  area: 'cpu',
  summary: 'Time that threads spend off the CPU, by stack',
  description:
    'Sums for each stack with which threads left the CPU how long they stayed away: sleeping, waiting for a disk, a lock or another process, or only waiting for their turn (leave that out with --state 3). What a CPU profile cannot show. Kernel stacks tell what they wait for, user stacks why.',
  options,
  check(o) {
    checkBounds(o);
    checkKinds(o);
  },
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:sched:sched_switch', 'feature:tp_btf'],
      program: (o) => {
        const { kernel, user } = stackKinds(o);
        const stacks = [
          ...(kernel ? [`kstack(${o.stackDepth})`] : []),
          ...(user ? [`ustack(${o.stackDepth})`] : []),
        ];
        const kept = stacks.map((_, index) => `$left.${index + 1}`);
        return `
${roomForStacks(o)}
rawtracepoint:sched_switch
{
  if (${leaving(o, stateTest(o.state))}) { @left[tid] = (nsecs, ${stacks.join(', ')}); }
  if (has_key(@left, args.next.pid)) {
    $left = @left[args.next.pid];
    $us = (uint64)(nsecs - $left.0) / 1000;
    if (${withinBounds(o)}) { @off[${kept.join(', ')}, args.next.comm, args.next.tgid] = sum($us); }
    _ = delete(@left, args.next.pid);
  }
}`;
      },
    },
  ],
  shapes: (o) => {
    const { kernel, user } = stackKinds(o);
    return [
      {
        kind: 'stacks',
        map: '@off',
        key: [
          ...(kernel ? ['kernel' as const] : []),
          ...(user ? ['user' as const] : []),
          commColumn,
          pidColumn,
        ],
        value: blockedTime,
        folded: o.folded,
        ...(o.top !== undefined && { top: o.top }),
      },
    ];
  },
  start: ({ duration }) => forDuration('Tracing off-CPU time (us) by stack', duration),
  examples: [
    {
      command: 'offcputime -n node -r 1 2',
      output: `Tracing off-CPU time (us) by stack for 2 s.

    __schedule+1576
    schedule+35
    futex_do_wait+70
    __futex_wait+138
    futex_wait+154
    do_futex+253
    __x64_sys_futex+301
    do_syscall_64+113
    entry_SYSCALL_64_after_hwframe+118
    --
    __futex_abstimed_wait_common+198
    -                node (14231)
        5133375`,
      reading:
        'The last stack is the one with the longest time: threads of node that wait for work (a condition variable on top of a futex), 5.1 seconds in all within 2, since several wait at once. Idle threads always lead; look for waits that a request has to sit through.',
    },
    {
      command: 'offcputime -f -K --state 2',
      output: `dd;entry_SYSCALL_64_after_hwframe;do_syscall_64;ksys_write;vfs_write;ext4_file_write_iter;iomap_dio_rw;__iomap_dio_rw;io_schedule;schedule;__schedule 41275`,
      reading:
        'Only uninterruptible sleeps (state 2), mostly disks and locks, folded for flame graphs: a program waits for direct writes.',
    },
  ],
  overhead:
    'Every switch of threads, and for those that are selected two walks of a stack when they leave: 10 to 20 µs in a guest. That is much on a machine with many switches: select with -p, -n or --state, and raise the least time with -M (which saves no walks, but memory).',
});
