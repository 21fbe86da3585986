/**
 * Reads DWARF's basic encodings one after the other (DWARF 5, section 7). Every read is checked against the end of
 * the bytes, so that damaged input ends in an error with its place and never in a wrong read.
 */
import { readNumber } from '../reader.ts';
import type { SectionBytes } from './section-bytes.ts';

export class Cursor {
  readonly section: SectionBytes;
  /** Place in the section of the first byte. */
  readonly base: number;
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  /** Relative to `base`. */
  at = 0;

  constructor(section: SectionBytes, base: number, bytes: Uint8Array) {
    this.section = section;
    this.base = base;
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  static over(section: SectionBytes, offset: number, length: number): Cursor {
    return new Cursor(section, offset, section.bytes(offset, length));
  }

  /** From `offset` for at most `limit` bytes. */
  static from(section: SectionBytes, offset: number, limit = 1 << 20): Cursor {
    if (!(offset >= 0 && offset <= section.size))
      throw section.error(offset, `it has only ${section.size} bytes`);
    return new Cursor(section, offset, section.upTo(offset, limit));
  }

  /** In the section. */
  get offset(): number {
    return this.base + this.at;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  fail(problem: string): Error {
    return this.section.error(this.offset, problem);
  }

  #advance(length: number): number {
    const start = this.at;
    if (!(length >= 0 && start + length <= this.bytes.length))
      throw this.fail(`${length} more bytes are wanted, ${this.left} are left`);
    this.at = start + length;
    return start;
  }

  skip(length: number): void {
    this.#advance(length);
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  s8(): number {
    return this.#view.getInt8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  s32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** Exact up to 2^53. */
  u64(): number {
    return readNumber(this.#view, this.#advance(8), 8);
  }

  s64(): number {
    const start = this.#advance(8);
    return this.#view.getUint32(start, true) + this.#view.getInt32(start + 4, true) * 2 ** 32;
  }

  /** `size` is 1, 2, 3, 4 or 8. */
  unsigned(size: number): number {
    if (size === 3) return this.u16() + this.u8() * 0x10000;
    if (size !== 1 && size !== 2 && size !== 4 && size !== 8) throw this.fail(`a number of ${size} bytes`);
    return readNumber(this.#view, this.#advance(size), size);
  }

  uleb(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 16; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw this.fail('a number in LEB128 has no end');
  }

  sleb(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 16; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - scale;
    }
    throw this.fail('a number in LEB128 has no end');
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw this.fail('a string has no end');
    let text = '';
    for (let i = this.at; i < end; i++) text += String.fromCharCode(this.bytes[i]!);
    this.at = end + 1;
    return text;
  }

  /** The length that a unit begins with, and the size of offsets in it (7.4). */
  initialLength(): { readonly length: number; readonly offsetSize: 4 | 8 } {
    const length = this.u32();
    if (length < 0xfffffff0) return { length, offsetSize: 4 };
    if (length !== 0xffffffff) throw this.fail(`reserved unit length 0x${length.toString(16)}`);
    return { length: this.u64(), offsetSize: 8 };
  }
}
