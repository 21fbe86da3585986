/**
 * Writes byte strings to a descriptor in large blocks. Events come by the million: one write(2) for each line
 * would cost more than all the rest. A reader that went away (EPIPE) ends the output quietly, as it does for
 * any filter in a pipe; a descriptor that is not ready (EAGAIN: a non-blocking pipe or terminal) is waited for.
 */
import { writeSync } from 'node:fs';

/** `none`: each text at once. `line`: blocks, but nothing is held back while waiting. `full`: blocks only. */
export type Buffering = 'none' | 'line' | 'full';

export interface WriterOptions {
  readonly buffering?: Buffering;
  /** Called once, when nobody reads any more. */
  readonly onClosed?: () => void;
  /** For tests: writes some of the bytes and says how many. */
  readonly write?: (fd: number, bytes: Uint8Array, offset: number, length: number) => number;
}

/** Characters gathered before they are written. */
const blockSize = 64 * 1024;
const retryMs = 2;

export class Writer {
  readonly #fd: number;
  readonly #buffering: Buffering;
  readonly #onClosed: () => void;
  readonly #write: (fd: number, bytes: Uint8Array, offset: number, length: number) => number;
  #block = Buffer.allocUnsafe(blockSize);
  #pending = '';
  #closed = false;

  constructor(fd: number, options: WriterOptions = {}) {
    this.#fd = fd;
    this.#buffering = options.buffering ?? 'line';
    this.#onClosed = options.onClosed ?? (() => {});
    this.#write = options.write ?? writeSync;
  }

  /** True once the reader went away: everything is dropped from then on. */
  get closed(): boolean {
    return this.#closed;
  }

  write(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= blockSize || this.#buffering === 'none') this.flush();
  }

  /** Before waiting: shows what is pending, unless the buffering is full. */
  idle(): void {
    if (this.#buffering !== 'full') this.flush();
  }

  flush(): void {
    const text = this.#pending;
    if (text === '') return;
    this.#pending = '';
    if (this.#closed) return;
    if (text.length > this.#block.length) this.#block = Buffer.allocUnsafe(text.length);
    this.#writeAll(this.#block, this.#block.write(text, 'latin1'));
    if (this.#block.length > 16 * blockSize) this.#block = Buffer.allocUnsafe(blockSize);
  }

  #writeAll(bytes: Uint8Array, length: number): void {
    let done = 0;
    while (done < length && !this.#closed) {
      done += this.#writeSome(bytes, done, length - done);
    }
  }

  #writeSome(bytes: Uint8Array, offset: number, length: number): number {
    try {
      return this.#write(this.#fd, bytes, offset, length);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EINTR') return 0;
      if (code === 'EAGAIN') {
        pause(retryMs);
        return 0;
      }
      if (code !== 'EPIPE') throw error;
      this.#closed = true;
      this.#onClosed();
      return 0;
    }
  }
}

const clock = new Int32Array(new SharedArrayBuffer(4));

function pause(milliseconds: number): void {
  Atomics.wait(clock, 0, 0, milliseconds);
}
