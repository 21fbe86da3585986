/**
 * Whom a perf event watches: every CPU, or with `-p` every thread of the process. Threads that the process starts
 * later are watched through inheritance.
 */
import { readdirSync } from 'node:fs';
import { onlineCpus } from '../kernel/cpu-list.ts';
import type { PerfScope } from '../kernel/perf-event-spec.ts';
import type { AttachEnvironment } from './attacher.ts';

export function everyCpu(): readonly PerfScope[] {
  return onlineCpus().map((cpu) => ({ cpu }));
}

/** One CPU, no matter which. */
export function oneCpu(): readonly PerfScope[] {
  return everyCpu().slice(0, 1);
}

export function everyCpuOrTarget({ targetPid }: AttachEnvironment): readonly PerfScope[] {
  return targetPid === undefined ? everyCpu() : threadsOf(targetPid).map((pid) => ({ pid, inherit: true }));
}

/** The process alone when it cannot be looked into: opening the event then says why. */
export function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}
