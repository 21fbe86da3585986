/** The time of the check: a bar on the terminal, and the end after so many seconds or when it is asked for. */
const width = 40;
const stepMs = 250;

export class Progress implements Disposable {
  onEnd: () => void = () => {};
  readonly #totalMs: number;
  readonly #shown = process.stderr.isTTY === true;
  #timer: NodeJS.Timeout | undefined;
  #startMs = 0;

  constructor(seconds: number) {
    this.#totalMs = seconds * 1000;
  }

  start(): void {
    this.#startMs = performance.now();
    this.#timer = setInterval(() => this.#step(), Math.min(stepMs, this.#totalMs));
  }

  #step(): void {
    const elapsedMs = performance.now() - this.#startMs;
    if (elapsedMs >= this.#totalMs) return this.end();
    if (this.#shown)
      process.stderr.write(`\r${progressBar(elapsedMs / this.#totalMs, this.#totalMs / 1000)}`);
  }

  /** Ends early, too: the report is then of the time that passed. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#shown) process.stderr.write('\r\x1b[K');
    this.onEnd();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

export function progressBar(share: number, seconds: number): string {
  const done = Math.floor(width * Math.min(1, share));
  return `[${'='.repeat(done).padEnd(width)}] ${Math.floor(share * seconds)} of ${seconds} s`;
}
