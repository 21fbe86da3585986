/**
 * The process of `-c`: started before the program is compiled, so that its pid is known, but held back until all
 * probes are attached, so that nothing it does is missed. A shell waits for a line on descriptor 3 and then becomes
 * the command: the pid stays. If we go away before, the shell reads the end of the pipe and ends; if we go away
 * after, the command gets SIGTERM where util-linux's setpriv can arrange for that.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

/** `exec` closes the pipe, which the command should not see. */
const waitThenBecome = 'read -r _ <&3 || exit 125; exec "$@" 3<&-';
const terminateWithUs = ['--pdeathsig', 'TERM', '--'];

export type ChildEnd = { readonly code: number } | { readonly signal: string };

/** The program cannot be started. */
export class ChildError extends Error {
  override readonly name = 'ChildError';
}

export class HeldChild implements Disposable {
  readonly pid: number;
  /** The command's file. */
  readonly path: string;
  /** Settles when the command has ended. */
  readonly ended: Promise<ChildEnd>;
  readonly #process: ChildProcess;
  #running = true;

  /** `words[0]` is looked up in PATH. @throws ChildError */
  static start(words: readonly string[]): HeldChild {
    const [name = '', ...rest] = words;
    const path = findProgram(name);
    if (path === undefined) {
      throw new ChildError(
        `Failed to fork child: Path '${name}' does not exist or is not executable (No such file or directory)`,
      );
    }
    const shell = ['/bin/sh', '-c', waitThenBecome, 'sh', path, ...rest];
    const setpriv = findProgram('setpriv');
    const [program = '', ...args] = setpriv === undefined ? shell : [setpriv, ...terminateWithUs, ...shell];
    const child = spawn(program, args, { stdio: ['inherit', 'inherit', 'inherit', 'pipe'] });
    if (child.pid === undefined)
      throw new ChildError(`Failed to fork child: ${program} could not be started`);
    return new HeldChild(child, child.pid, path);
  }

  private constructor(child: ChildProcess, pid: number, path: string) {
    this.path = path;
    this.#process = child;
    this.pid = pid;
    this.ended = new Promise((resolve) => {
      child.on('exit', (code, signal) => {
        this.#running = false;
        resolve(signal === null ? { code: code ?? 0 } : { signal });
      });
    });
    // A command that was killed while it was held leaves a broken pipe, which its end tells too.
    this.#pipe.on('error', () => {});
  }

  get #pipe(): Writable {
    const pipe = this.#process.stdio[3];
    if (pipe === null || pipe === undefined || !('write' in pipe))
      throw new ChildError('the child has no pipe');
    return pipe;
  }

  /** Lets the command begin. */
  release(): void {
    this.#pipe.end('\n');
  }

  /** SIGTERM, unless it has ended. */
  close(): void {
    if (this.#running) this.#process.kill('SIGTERM');
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** An executable file, by path or in PATH. */
function findProgram(name: string): string | undefined {
  if (name.includes('/')) return isExecutable(name) ? name : undefined;
  const folders = (process.env.PATH ?? '/usr/bin:/bin').split(':');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
