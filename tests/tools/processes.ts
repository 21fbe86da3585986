/** Processes that a test of a tool watches: started, looked at through /proc, and ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { delay } from '../runtime/harness.ts';
import type { Bucket } from './harness.ts';

/** Runs a command while `use` is at work, then kills it. */
export async function withProcess<T>(
  command: readonly string[],
  use: (child: ChildProcess & { readonly pid: number }) => Promise<T>,
): Promise<T> {
  const child = await startProcess(command);
  try {
    return await use(Object.assign(child, { pid: Number(child.pid) }));
  } finally {
    await endProcess(child);
  }
}

async function startProcess([command = '', ...args]: readonly string[]): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child, 'spawn');
  return child;
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

export interface Burners {
  /** Of the first. */
  readonly pid: number;
  /** From now on they never rest. */
  start(): void;
  stop(): void;
}

/** Shells that fight for one CPU, from when they are started. */
export async function withBurners<T>(
  cpu: number,
  count: number,
  use: (burners: Burners) => Promise<T>,
): Promise<T> {
  const command = ['taskset', '-c', String(cpu), 'sh', '-c', 'read line; while :; do :; done'];
  const children = await Promise.all(Array.from({ length: count }, () => startProcess(command)));
  try {
    return await use({
      pid: Number(children[0]?.pid),
      start: () => {
        for (const { stdin } of children) stdin?.write('\n');
      },
      stop: () => {
        for (const child of children) child.kill('SIGKILL');
      },
    });
  } finally {
    await Promise.all(children.map(endProcess));
  }
}

export interface SchedulerStatistics {
  readonly ranNs: number;
  readonly waitedNs: number;
  /** How often it got a CPU. */
  readonly slices: number;
}

/** What the kernel itself counts of a process with one thread: /proc/PID/schedstat. */
export function schedulerStatistics(pid: number): SchedulerStatistics {
  const [ranNs = 0, waitedNs = 0, slices = 0] = readFileSync(`/proc/${pid}/schedstat`, 'utf8')
    .split(' ')
    .map(Number);
  return { ranNs, waitedNs, slices };
}

/** Lets them run for a time, and gives what the first got of the CPU, as the kernel counts. */
export async function contention(burners: Burners, ms: number): Promise<SchedulerStatistics> {
  burners.start();
  const before = schedulerStatistics(burners.pid);
  await delay(ms);
  const after = schedulerStatistics(burners.pid);
  burners.stop();
  return {
    ranNs: after.ranNs - before.ranNs,
    waitedNs: after.waitedNs - before.waitedNs,
    slices: after.slices - before.slices,
  };
}

/** The least and the most that the values of a histogram can add up to. */
export function bucketBounds(buckets: readonly Bucket[]): { readonly least: number; readonly most: number } {
  return {
    least: buckets.reduce((sum, { min = 0, count }) => sum + min * count, 0),
    most: buckets.reduce((sum, { max = 0, count }) => sum + (max + 1) * count, 0),
  };
}
