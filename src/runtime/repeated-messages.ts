/**
 * Messages that may come at every hit of a probe: the first is said at once, the others of the same origin only
 * counted, and the count said with the next report (once a second, and at the end).
 */
import type { RepeatedMessages } from './actions/action.ts';

interface Pending {
  readonly message: (times: string) => void;
  count: number;
}

export class MessageCounter implements RepeatedMessages {
  readonly #pending = new Map<object, Pending>();

  /** `key` is what makes messages equal. `message` gets what is to be added to its text. */
  say(key: object, message: (times: string) => void): void {
    const known = this.#pending.get(key);
    if (known !== undefined) {
      known.count++;
      return;
    }
    this.#pending.set(key, { message, count: 0 });
    message('');
  }

  /** Says how often each message came again since the last report. */
  report(): void {
    for (const pending of this.#pending.values()) {
      if (pending.count === 0) continue;
      const { count } = pending;
      pending.count = 0;
      pending.message(count === 1 ? ' (once more)' : ` (${count} more times)`);
    }
  }
}
