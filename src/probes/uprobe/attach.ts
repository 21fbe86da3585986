/**
 * Uprobes, uretprobes and USDT sites: all places of a file in one link where the kernel can (6.6), else a perf event
 * for each. A perf uprobe without a process needs some CPU to be opened for, but hits on all.
 */

import { attachUprobeMulti } from '../../kernel/link.ts';
import { openPerfEvent } from '../../kernel/perf-event.ts';
import { type Attacher, openAll, type PointOf } from '../attacher.ts';
import { threadsOf } from '../perf-scopes.ts';

export const attachUprobe: Attacher<'uprobe'> = (point, { program, spec }, environment) => {
  const { path, pid, return: returns } = point;
  if (spec.expectedAttach === 'uprobe_multi') {
    const places = { path, return: returns, ...placesOf(point), ...(pid === undefined ? {} : { pid }) };
    return [attachUprobeMulti(environment.kernel, program, places)];
  }
  const scopes =
    pid === undefined ? [{ cpu: 0 }] : threadsOf(pid).map((tid) => ({ pid: tid, inherit: true }));
  const each = point.targets.flatMap((target) => scopes.map((scope) => ({ target, scope })));
  return openAll(each, ({ target, scope }) => {
    const { offset, semaphoreOffset, cookie } = target;
    const event = {
      ...({ kind: 'uprobe', path, offset, return: returns } as const),
      ...(semaphoreOffset === undefined ? {} : { semaphoreOffset }),
    };
    return openPerfEvent(environment.kernel, event, scope).attach(program, cookie);
  });
};

/** Semaphores and cookies only where there are any. */
function placesOf({ targets }: PointOf<'uprobe'>) {
  const semaphores = targets.map((target) => target.semaphoreOffset ?? 0n);
  const cookies = targets.map((target) => target.cookie ?? 0n);
  return {
    offsets: targets.map((target) => target.offset),
    ...(semaphores.some((offset) => offset !== 0n) ? { semaphoreOffsets: semaphores } : {}),
    ...(cookies.some((cookie) => cookie !== 0n) ? { cookies } : {}),
  };
}
