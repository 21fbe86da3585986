/** The traced programs, built in a folder of their own. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './tracers.ts';

export type Loop = 'read' | 'lseek' | 'open' | 'mixed' | 'call';

const functionCount = 500;

export class Workload implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'kscope-bench-'));
  /** Has the function `traced_function`. */
  readonly path = join(this.folder, 'workload');
  /** A program with `functionCount` functions `probed_1` …; never run. */
  readonly functions = join(this.folder, 'functions');

  constructor() {
    const build = (output: string, source: string) => execFileSync('gcc', ['-O1', '-o', output, source]);
    build(this.path, join(root, 'bench/lib/workload.c'));
    const numbers = Array.from({ length: functionCount }, (_, i) => i + 1);
    const functions = numbers.map((n) => `int probed_${n}(int x) { return x * ${n} + 1; }`);
    writeFileSync(`${this.functions}.c`, `${functions.join('\n')}\nint main(void) { return 0; }\n`);
    build(this.functions, `${this.functions}.c`);
  }

  /** Nanoseconds a call. */
  loop(mode: Loop, count: number): number {
    return Number(execFileSync(this.path, [mode, String(count)], { encoding: 'utf8' }));
  }

  /** `rate` calls of lseek a second, until it is stopped. */
  pace(rate: number, seconds: number): Disposable & { readonly ended: Promise<void> } {
    const child = spawn(this.path, ['pace', String(rate), String(seconds)], { stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    return { ended, [Symbol.dispose]: () => child.kill() };
  }

  /** Seconds that `dd` takes for `count` reads and writes of a byte. */
  dd(count: number): number {
    const begin = performance.now();
    execFileSync('dd', ['if=/dev/zero', 'of=/dev/null', 'bs=1', `count=${count}`, 'status=none']);
    return (performance.now() - begin) / 1000;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
