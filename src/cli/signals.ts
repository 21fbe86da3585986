/**
 * SIGINT and SIGTERM end the run, and a second one does no more, even when all is over but the way out: maps may still
 * be on their way to a slow reader. SIGUSR1 fires `self:signal:SIGUSR1` probes; without
 * a handler Node would open its debugger port at it.
 */
import type { Session } from '../runtime/session.ts';

export class Signals implements Disposable {
  readonly #handlers: ReadonlyMap<NodeJS.Signals, () => void>;

  constructor(session: Session) {
    const stop = () => session.stop();
    this.#handlers = new Map([
      ['SIGINT', stop],
      ['SIGTERM', stop],
      ['SIGUSR1', () => session.signal('SIGUSR1')],
    ]);
    for (const [name, handler] of this.#handlers) process.on(name, handler);
  }

  [Symbol.dispose](): void {
    for (const [name, handler] of this.#handlers) {
      process.on(name, () => {});
      process.off(name, handler);
    }
  }
}
