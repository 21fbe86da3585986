/**
 * The kernel's own count of what BPF programs cost: runs and nanoseconds, for the programs that a process holds.
 * Counting must be on, see enableRunStatistics.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { nativeKernel } from '../../src/kernel/native.ts';
import { enableRunStatistics, openById, programInfo } from '../../src/kernel/object-info.ts';
import type { Running } from './running.ts';

/** Numbers of enum bpf_prog_type (linux/bpf.h) that tracers use for events. */
export const eventTypes = { kprobe: 2, tracepoint: 5, rawTracepoint: 17, tracing: 26 } as const;
export type EventType = keyof typeof eventTypes;

export interface Runs {
  readonly count: number;
  readonly timeNs: number;
  readonly counts: Readonly<Record<EventType, number>>;
}

/** All programs that run at events, of those that the process has open: others may trace at the same time. */
export function runsOf(pid: number): Runs {
  const kernel = nativeKernel();
  const counts = { kprobe: 0, tracepoint: 0, rawTracepoint: 0, tracing: 0 };
  let [count, timeNs] = [0, 0];
  for (const id of programIds(pid)) {
    using program = openById(kernel, 'program', id);
    const info = program && programInfo(kernel, program.number);
    const type = Object.entries(eventTypes).find(([, number]) => number === info?.type)?.[0];
    if (info === undefined || type === undefined) continue;
    counts[type as EventType] += Number(info.runCount);
    count += Number(info.runCount);
    timeNs += Number(info.runTimeNs);
  }
  return { count, timeNs, counts };
}

/** Waits until the programs of the tracer run when `trigger` makes that many events. */
export async function untilFiring(running: Running, events: number, trigger: () => unknown): Promise<void> {
  using _counting = enableRunStatistics(nativeKernel());
  await running.until(() => {
    const before = runsOf(running.pid).count;
    trigger();
    return runsOf(running.pid).count - before >= events;
  });
}

function programIds(pid: number): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const fd of readdirSync(`/proc/${pid}/fdinfo`)) {
    const id = /^prog_id:\s*(\d+)/m.exec(readOrNothing(`/proc/${pid}/fdinfo/${fd}`));
    if (id !== null) ids.add(Number(id[1]));
  }
  return ids;
}

/** Descriptors come and go while we look. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
