/** Runs traced.c, built as a test wants it, and tells the addresses that it printed. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface TracedProcess {
  readonly pid: number;
  readonly addresses: ReadonlyMap<string, bigint>;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

export function buildTraced(program: string, ...flags: string[]): void {
  execFileSync('gcc', ['-O1', '-o', program, join(import.meta.dirname, 'traced.c'), ...flags]);
}

export async function startTraced(program: string): Promise<TracedProcess> {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const text = await firstOutput(child);
  const addresses = new Map<string, bigint>();
  for (const [, name = '', digits = ''] of text.matchAll(/^(\w+) ([0-9a-f]+)$/gm))
    addresses.set(name, BigInt(`0x${digits}`));
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.stdin?.end();
    await once(child, 'exit');
  };
  return { pid: child.pid!, addresses, stop };
}

async function firstOutput(child: ChildProcess): Promise<string> {
  const [chunk] = await once(child.stdout!, 'data');
  return String(chunk);
}
