/** Options and parts of programs of the tools that look at threads which are not running, and why. */
import * as standard from '../../../src/tools/options/standard.ts';
import { type Column, count, label } from '../../../src/tools/shape/column.ts';
import { ToolUsageError } from '../../../src/tools/tool-error.ts';
import { conditions, type Selection } from '../../../src/tools/where.ts';

export const blockedOptions = {
  duration: standard.durationOperand,
  pid: standard.pid,
  tid: standard.tid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  userThreads: standard.userThreads,
  kernelThreads: standard.kernelThreads,
  min: { ...standard.minUs, default: 1, help: 'only what took at least so many microseconds (default 1)' },
  max: standard.maxUs,
  top: standard.top,
  folded: standard.folded,
} as const;

export interface BlockedSelection extends Selection {
  readonly userThreads: boolean;
  readonly kernelThreads: boolean;
  readonly min: number;
  readonly max: number | undefined;
}

/** PF_KTHREAD of linux/sched.h. */
const kernelThread = '(curtask.flags & 0x200000)';
/** TASK_DEAD of linux/sched.h: a thread that will not come back. */
const dead = '(args.prev_state & 0x80)';

/** Conditions on the current thread, which is leaving the CPU: args are those of sched_switch. */
export function leaving(o: BlockedSelection, ...more: readonly (string | false)[]): string {
  return conditions(
    o,
    'tid != 0',
    `!${dead}`,
    o.userThreads && `!${kernelThread}`,
    o.kernelThreads && kernelThread,
    ...more,
  ).join(' && ');
}

/** It sleeps, rather than only having lost its CPU. */
export const sleeps = 'args.prev_state != 0 && !args.preempt';

/** `$us` is within the bounds. */
export function withinBounds({ min, max }: BlockedSelection): string {
  return max === undefined
    ? `$us >= ${Math.round(min)}`
    : `$us >= ${Math.round(min)} && $us <= ${Math.round(max)}`;
}

export function checkBounds({ min, max, userThreads, kernelThreads }: BlockedSelection): void {
  if (max !== undefined && max < min) throw new ToolUsageError(`--max (${max}) is below --min (${min})`);
  if (userThreads && kernelThreads)
    throw new ToolUsageError('--user-threads-only and --kernel-threads-only leave nothing: use one of them');
}

export const blockedTime: Column = count('TIME(us)', 'time_us', { about: 'sum of the time in microseconds' });
export const sleeperColumn: Column = label('COMM', 'comm', { about: 'name of the thread that waited' });
export const wakerColumn = label('WAKER', 'waker', { about: 'name of the thread that woke it' });

/** The config block of a program that keeps stacks. */
export function roomForStacks({ stackStorage }: { readonly stackStorage: number }): string {
  return `config = { max_map_keys = ${stackStorage} }`;
}

export function stackKinds(o: { readonly kernelStacks: boolean; readonly userStacks: boolean }) {
  return { kernel: o.kernelStacks || !o.userStacks, user: o.userStacks || !o.kernelStacks };
}

export function checkKinds(o: { readonly kernelStacks: boolean; readonly userStacks: boolean }): void {
  if (o.kernelStacks && o.userStacks)
    throw new ToolUsageError('-K and -U leave nothing: without either, both kinds of stacks are shown');
}

export function forDuration(text: string, duration: number | undefined): string {
  return duration === undefined ? `${text}... Hit Ctrl-C to end.` : `${text} for ${duration} s.`;
}
