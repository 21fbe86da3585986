/** A tracer as a process: run to its end under GNU time, or started, waited for, and interrupted. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { environment, type Tracer } from './tracers.ts';

const patienceMs = 60_000;
const repeatMs = 500;

export interface Run {
  readonly seconds: number;
  /** Of processors: what a busy machine changes least. */
  readonly processorSeconds: number;
  /** Peak of resident memory. */
  readonly megabytes: number;
}

/** A program that ends by itself. */
export function runToEnd({ words, name }: Tracer, program: string): Run {
  const [first = '', ...rest] = words;
  const begin = performance.now();
  const args = ['-q', '-f', '%U %S %M', first, ...rest, '-e', program];
  const { status, stderr } = spawnSync('/usr/bin/time', args, { env: environment, encoding: 'utf8' });
  const seconds = (performance.now() - begin) / 1000;
  if (status !== 0) throw new Error(`${name} failed at ${program}:\n${stderr}`);
  const [user = 0, system = 0, kilobytes = 0] = (stderr.trim().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number);
  return { seconds, processorSeconds: user + system, megabytes: kilobytes / 1024 };
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Where its results go; nowhere when it is not said. */
  readonly outputFile?: string;
}

export class Running implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #what: string;
  stderr = '';

  constructor({ words, name }: Tracer, program: string, options: StartOptions = {}) {
    const [first = '', ...rest] = words;
    const out = openSync(options.outputFile ?? '/dev/null', 'w');
    const env = { ...environment, ...options.env };
    this.#what = `${name} with ${program}`;
    this.#process = spawn(first, [...rest, '-e', program], { env, stdio: ['ignore', out, 'pipe'] });
    closeSync(out);
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk;
    });
    this.#ended = new Promise((resolve) => this.#process.once('exit', () => resolve()));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** In megabytes, a line of /proc/PID/status: `VmRSS` now, `VmHWM` the most so far. */
  memory(line: 'VmRSS' | 'VmHWM'): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(new RegExp(`^${line}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  }

  /** 0 when it has ended. */
  peakSoFar(): number {
    try {
      return this.memory('VmHWM');
    } catch {
      return 0;
    }
  }

  async until(holds: () => boolean): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!holds()) {
      if (this.#process.exitCode !== null) throw new Error(`${this.#what} ended:\n${this.stderr}`);
      if (performance.now() > deadline) throw new Error(`${this.#what}: nothing happens\n${this.stderr}`);
      await delay(5);
    }
  }

  /** As the user would with control-C; maps are printed then. */
  async interrupt(): Promise<void> {
    const ask = () => this.#process.kill('SIGINT');
    // Again and again: a signal just before a tracer sleeps may not wake it.
    const asking = setInterval(ask, repeatMs);
    const patience = setTimeout(() => this.#process.kill('SIGKILL'), patienceMs);
    ask();
    await this.#ended;
    clearInterval(asking);
    clearTimeout(patience);
    if (this.#process.signalCode === 'SIGKILL') throw new Error(`${this.#what} does not end\n${this.stderr}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill('SIGKILL');
    await this.#ended;
  }
}
