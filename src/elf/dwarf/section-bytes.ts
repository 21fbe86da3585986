/**
 * One section of debug information, read in parts: that of a large program has hundreds of megabytes, of which a
 * trace needs a few pages. Small sections are read whole at their first use, of larger ones only what is asked for.
 * Compressed sections (SHF_COMPRESSED, and the older `.zdebug_` spelling) are unpacked whole, up to a limit.
 */
import { ElfError } from '../elf-error.ts';

/** The form that the bytes of a compressed section have. */
export type Compression = 'zlib' | 'zstd';
/** Unpacks to at most `size` bytes; undefined when it cannot unpack this form. May throw on damaged input. */
export type Decompress = (form: Compression, bytes: Uint8Array, size: number) => Uint8Array | undefined;

/** Where a section's bytes come from. */
export interface SectionSource {
  readonly file: string;
  readonly name: string;
  readonly size: number;
  /** Exactly `length` bytes. @throws ElfError when the file does not hold them */
  read(offset: number, length: number): Uint8Array;
}

const smallSection = 4 << 20;
const pageSize = 1 << 16;

export class SectionBytes {
  readonly name: string;
  readonly size: number;
  readonly #source: SectionSource;
  readonly #wholeLimit: number;
  #whole: Uint8Array | undefined;
  #page: { readonly start: number; readonly bytes: Uint8Array } | undefined;

  /** Kept whole up to `wholeLimit` bytes. */
  constructor(source: SectionSource, wholeLimit = smallSection) {
    this.#source = source;
    this.#wholeLimit = wholeLimit;
    this.name = source.name;
    this.size = source.size;
  }

  error(offset: number | undefined, problem: string): ElfError {
    return new ElfError(`${this.#source.file}: section '${this.name}'`, offset, problem);
  }

  /** @throws ElfError when the section does not hold all of them */
  bytes(offset: number, length: number): Uint8Array {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size))
      throw this.error(offset, `${length} bytes lie beyond the end of the section (${this.size})`);
    if (this.size <= this.#wholeLimit) {
      this.#whole ??= this.#source.read(0, this.size);
      return this.#whole.subarray(offset, offset + length);
    }
    return this.#source.read(offset, length);
  }

  /** Of `size` bytes, exact up to 2^53. */
  number(offset: number, size: number): number {
    let value = 0;
    const bytes = this.bytes(offset, size);
    for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[i]!;
    return value;
  }

  /** What of `length` bytes the section has. */
  upTo(offset: number, length: number): Uint8Array {
    return this.bytes(offset, Math.max(0, Math.min(length, this.size - offset)));
  }

  /** A string that ends with NUL. */
  text(offset: number): string {
    if (!(offset >= 0 && offset < this.size)) throw this.error(offset, 'a string lies beyond the section');
    let text = '';
    for (let at = offset; at < this.size && text.length < pageSize; ) {
      const page = this.#pageAt(at);
      const end = page.indexOf(0);
      text += latin1(end < 0 ? page : page.subarray(0, end));
      if (end >= 0) return text;
      at += page.length;
    }
    throw this.error(offset, 'a string has no end');
  }

  /** The bytes from `offset` to the end of its page. */
  #pageAt(offset: number): Uint8Array {
    const start = offset - (offset % pageSize);
    if (this.#page?.start !== start) this.#page = { start, bytes: this.upTo(start, pageSize) };
    return this.#page.bytes.subarray(offset - start);
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** What is not there is empty: asking for bytes of it says so. */
export function emptySection(file: string, name: string): SectionBytes {
  return new SectionBytes({ file, name, size: 0, read: () => new Uint8Array() });
}
