/**
 * Reading of ELF structures, which differ between the 32-bit and the 64-bit class in the width of addresses and
 * in the order of fields. A structure is described once as a table of fields with their place in both classes
 * (elf(5), /usr/include/elf.h). Only little-endian files are read.
 */
import type { ByteSource } from './byte-source.ts';
import { ElfError } from './elf-error.ts';

/** [offset, size] in the 64-bit and in the 32-bit class. */
type Place = readonly [offset64: number, size64: number, offset32: number, size32: number];

export interface Structure<F extends string> {
  readonly size64: number;
  readonly size32: number;
  readonly fields: Readonly<Record<F, Place>>;
}

export class ElfReader {
  readonly #source: ByteSource;
  readonly is64: boolean;

  constructor(source: ByteSource, is64: boolean) {
    this.#source = source;
    this.is64 = is64;
  }

  get file(): string {
    return this.#source.name;
  }

  error(offset: number | undefined, problem: string): ElfError {
    return new ElfError(this.#source.name, offset, problem);
  }

  /** @throws ElfError when the file does not hold all of them */
  bytes(offset: number, length: number, what: string): Uint8Array {
    if (offset + length > this.#source.size) {
      throw this.error(
        offset,
        `${what} of ${length} bytes lies beyond the end of the file (${this.#source.size})`,
      );
    }
    const bytes = this.#source.read(offset, length);
    if (bytes.length < length) throw this.error(offset, `the file ended while ${what} was read`);
    return bytes;
  }

  view(offset: number, length: number, what: string): DataView {
    const bytes = this.bytes(offset, length, what);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  sizeOf(structure: Structure<string>): number {
    return this.is64 ? structure.size64 : structure.size32;
  }

  /**
   * All fields of one structure. 64-bit fields become numbers: exact below 2^53, which every file offset and every
   * address of a user program is.
   */
  fields<F extends string>(structure: Structure<F>, view: DataView, at: number): Record<F, number> {
    const values: Partial<Record<F, number>> = {};
    for (const field in structure.fields) {
      const [offset64, size64, offset32, size32] = structure.fields[field];
      values[field] = this.is64
        ? readNumber(view, at + offset64, size64)
        : readNumber(view, at + offset32, size32);
    }
    return complete(values);
  }
}

/** Every key of F has been set by the loop over the same table, which the type system cannot see. */
function complete<F extends string>(values: Partial<Record<F, number>>): Record<F, number> {
  return values as Record<F, number>;
}

export function readNumber(view: DataView, at: number, size: number): number {
  if (size === 1) return view.getUint8(at);
  if (size === 2) return view.getUint16(at, true);
  if (size === 4) return view.getUint32(at, true);
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

/** The latin1 text up to a NUL or the end. */
export function textAt(bytes: Uint8Array, offset: number): string {
  let text = '';
  for (let at = offset; at < bytes.length && bytes[at] !== 0; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}
