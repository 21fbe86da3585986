/**
 * Waits for the end of a process that is not ours (`-p`). Its number may be given to another process, so the time
 * when it started is compared too (field 22 of /proc/PID/stat, proc(5)).
 */
import { readFileSync } from 'node:fs';

const lookEveryMs = 100;

export class ProcessWatch implements Disposable {
  readonly #timer: NodeJS.Timeout;

  /** Undefined when there is no such process. */
  static start(pid: number, onEnd: () => void): ProcessWatch | undefined {
    const started = startTime(pid);
    return started === undefined ? undefined : new ProcessWatch(pid, started, onEnd);
  }

  private constructor(pid: number, started: string, onEnd: () => void) {
    this.#timer = setInterval(() => {
      if (startTime(pid) === started) return;
      this.close();
      onEnd();
    }, lookEveryMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Undefined for a process that does not exist or has ended (a zombie waits only for its parent). */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything, spaces and parentheses too.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
