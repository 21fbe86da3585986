/** The part of a program that measures how long threads that can run wait until they do. */
import { conditionsOn, type Selection } from '../../../src/tools/where.ts';

/**
 * A thread is queued when it is woken, and when it loses the CPU although it could go on: preempted, or switched out
 * in the running state. The idle threads (0) are never queued. `onRun` is what is done when it runs, with `$wait`.
 */
export function runQueueProgram(selection: Omit<Selection, 'cpu'>, onRun: string): string {
  const woken = conditionsOn('args.p', selection).join(' && ');
  const displaced = [
    '(args.preempt || args.prev_state == 0)',
    'args.prev.pid != 0',
    ...conditionsOn('args.prev', selection),
  ].join(' && ');
  return `
rawtracepoint:sched_wakeup, rawtracepoint:sched_wakeup_new
${woken === '' ? '' : `/${woken}/`}
{ @queued[args.p.pid] = nsecs; }

rawtracepoint:sched_switch
{
  if (${displaced}) { @queued[args.prev.pid] = nsecs; }
  $since = @queued[args.next.pid];
  if ($since) {
    $wait = (uint64)(nsecs - $since);
    ${onRun}
    _ = delete(@queued, args.next.pid);
  }
}`;
}
