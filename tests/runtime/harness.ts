/**
 * Runs the command on the kernel of this machine: starts it, waits until its probes are attached, lets a workload
 * run, interrupts it, and gives back what it wrote. The command is built from the source under test.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Why tests of this folder cannot run here; false when they can. */
export const cannotTrace = process.getuid?.() !== 0 && 'tracing needs root';

let built: string | undefined;

/** Of this test process; tests/leftovers.ts removes it. It lies below the repository, where packages are found. */
function ownFolder(): string {
  const folder = join(root, 'node_modules', '.kscope-test', String(process.pid));
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Path of the built command. */
export function builtCommand(): string {
  if (built === undefined) {
    const folder = ownFolder();
    buildSync({
      absWorkingDir: root,
      entryPoints: ['src/cli/main.ts'],
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external: ['koffi', '@koromix/*'],
      logLevel: 'error',
    });
    built = join(folder, 'main.mjs');
  }
  return built;
}

export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the probes should see. Runs when they are attached; afterwards tracing is interrupted. */
  readonly workload?: (tracer: Tracer) => Promise<unknown>;
  readonly timeoutMs?: number;
}

/** A running command. */
export class Tracer {
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';
  readonly ended: Promise<Result>;
  #changed: () => void = () => {};

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, command = builtCommand()) {
    this.process = spawn(process.execPath, [command, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (bytes) => this.#took('stdout', bytes));
    this.process.stderr?.on('data', (bytes) => this.#took('stderr', bytes));
    this.ended = once(this.process, 'close').then(([status, signal]) => {
      this.#changed();
      return { stdout: this.stdout, stderr: this.stderr, status, signal };
    });
  }

  #took(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    this[stream] += bytes.toString();
    this.#changed();
  }

  /** Waits until what was written satisfies `holds`, or the command has ended. */
  async until(holds: (tracer: Tracer) => boolean): Promise<void> {
    while (!holds(this) && this.process.exitCode === null && this.process.signalCode === null) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  async attached(): Promise<void> {
    await this.until(({ stderr }) => stderr.includes('Attached '));
  }

  async interrupt(): Promise<Result> {
    this.process.kill('SIGINT');
    return await this.ended;
  }
}

/** The whole run of a program given with `-e`. Without a workload the program has to end by itself. */
export async function trace(program: string, options: RunOptions = {}): Promise<Result> {
  const tracer = new Tracer([...(options.args ?? []), '-e', program], options.env);
  const timer = setTimeout(() => tracer.process.kill('SIGKILL'), options.timeoutMs ?? 20_000);
  try {
    if (options.workload === undefined) return await tracer.ended;
    await tracer.attached();
    await options.workload(tracer);
    return await tracer.interrupt();
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a command line, and gives back what it printed. */
export async function shell(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { maxBuffer: 16 << 20 });
  return stdout;
}

/**
 * A program of the system under a name of its own, so that tests which look at processes by name (`comm`) see theirs
 * and not another one of the machine.
 */
export async function ownProgram(program: string): Promise<{ readonly path: string; readonly comm: string }> {
  const comm = `${program.slice(0, 3)}-${process.pid}`;
  const path = join(ownFolder(), comm);
  if (!existsSync(path)) symlinkSync((await shell(`command -v ${program}`)).trim(), path);
  return { path, comm };
}

/** `@name[key]: value` lines as a map from key to value. */
export function mapLines(text: string, name = '@'): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^(@\w*)\[(.*)\]: (.*)$/gm);
  return new Map([...lines].filter((line) => line[1] === name).map((line) => [line[2] ?? '', line[3] ?? '']));
}

export const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
