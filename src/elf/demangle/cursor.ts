/** The mangled text and a place in it. */
import { DemangleError } from './print.ts';

export class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  sees(words: string): boolean {
    return this.text.startsWith(words, this.at);
  }

  accept(words: string): boolean {
    if (!this.sees(words)) return false;
    this.at += words.length;
    return true;
  }

  expect(words: string): void {
    if (!this.accept(words)) throw new DemangleError(`expected ${words} at ${this.at}`);
  }

  take(count: number): string {
    if (this.at + count > this.text.length) throw new DemangleError('the name is cut short');
    this.at += count;
    return this.text.slice(this.at - count, this.at);
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Decimal digits; undefined when there are none. */
  number(): number | undefined {
    const digits = /^[0-9]+/.exec(this.text.slice(this.at, this.at + 10))?.[0];
    if (digits === undefined) return undefined;
    this.at += digits.length;
    return Number(digits);
  }

  /** `_` is 0, `0_` is 1 … in base 36. */
  sequence(): number {
    const digits = /^[0-9A-Z]*_/.exec(this.text.slice(this.at, this.at + 8))?.[0];
    if (digits === undefined) throw new DemangleError('a sequence number is missing');
    this.at += digits.length;
    return digits === '_' ? 0 : Number.parseInt(digits.slice(0, -1), 36) + 1;
  }

  /** `_` is 0, `0_` is 1 … in base 10. */
  index(): number {
    const number = this.number();
    this.expect('_');
    return number === undefined ? 0 : number + 1;
  }

  fail(problem: string): never {
    throw new DemangleError(`${problem} at ${this.at}`);
  }
}
