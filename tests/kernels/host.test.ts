/** The cases on the kernel of this machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { release } from 'node:os';
import { cannotTrace } from '../runtime/harness.ts';
import { describeTracing } from '../runtime/support.ts';
import type { Outcome } from './case.ts';
import { declareCases, kscopeCommand, type Machine } from './run-cases.ts';

const host: Machine = {
  kernel: release(),
  shell: (command) => run('/bin/sh', ['-c', command], 60_000),
  kscope: (args, timeoutMs) => run(...kscopeCommand(args), timeoutMs),
};

async function run(command: string, args: readonly string[], timeoutMs: number): Promise<Outcome> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (bytes) => (text.stdout += bytes));
  child.stderr.on('data', (bytes) => (text.stderr += bytes));
  const [status] = await once(child, 'close');
  return { ...text, status };
}

if (cannotTrace) describeTracing('cases on the host', () => {});
else declareCases('host', () => host);
