/**
 * Messages from a run to whoever iterates over them. A reader that is slower than its probes must not fill the
 * memory: beyond a limit messages are dropped, counted, and the count delivered in their place.
 */
import type { Message } from '../output/protocol.ts';

const defaultLimit = 100_000;

export class MessageQueue implements AsyncIterableIterator<Message> {
  readonly #limit: number;
  #messages: Message[] = [];
  #next = 0;
  #dropped = 0;
  #ended: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(limit = defaultLimit) {
    this.#limit = limit;
  }

  push(message: Message): void {
    if (this.#messages.length - this.#next >= this.#limit) {
      this.#dropped++;
      return;
    }
    this.#messages.push(message);
    this.#wake?.();
  }

  /** Nothing follows; with an error the reader gets it after what is still there. */
  end(error?: unknown): void {
    this.#ended ??= { error };
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<Message>> {
    for (;;) {
      const message = this.#take();
      if (message !== undefined) return { done: false, value: message };
      if (this.#ended !== undefined) return this.#finish(this.#ended.error);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(): Message | undefined {
    const message = this.#messages[this.#next];
    if (message !== undefined) {
      this.#next++;
      return message;
    }
    this.#messages = [];
    this.#next = 0;
    if (this.#dropped === 0) return undefined;
    const count = this.#dropped;
    this.#dropped = 0;
    return { type: 'lost', count };
  }

  #finish(error: unknown): IteratorResult<Message> {
    this.#ended = { error: undefined };
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<Message>> {
    this.end();
    this.#messages = [];
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
