/**
 * One symbol table (.symtab or .dynsym) in typed arrays: a large binary has hundreds of thousands of symbols, of
 * which a trace names a few, so that names stay bytes until they are asked for.
 */
import type { ElfReader } from './reader.ts';
import { textAt } from './reader.ts';
import { symbol as symbolStructure } from './structures.ts';

export interface ElfSymbol {
  /** latin1, without the version. */
  readonly name: string;
  /** Virtual address in the file; 0 for what another object defines. */
  readonly address: number;
  readonly size: number;
  readonly type: SymbolType;
  readonly binding: 'local' | 'global' | 'weak' | 'other';
  /** Section number; 0 when it is not defined here. */
  readonly section: number;
}

export type SymbolType =
  | 'none'
  | 'object'
  | 'function'
  | 'section'
  | 'file'
  | 'thread-local'
  | 'indirect-function'
  | 'other';

const types: readonly SymbolType[] = [
  'none',
  'object',
  'function',
  'section',
  'file',
  'other',
  'thread-local',
];
const underscore = 0x5f;
const bindings = ['local', 'global', 'weak'] as const;

export class SymbolTable {
  readonly count: number;
  readonly addresses: Float64Array;
  readonly sizes: Float64Array;
  readonly #names: Uint32Array;
  /** Type in the low, binding in the high four bits. */
  readonly #info: Uint8Array;
  readonly #sections: Uint16Array;
  readonly #strings: Uint8Array;

  /** `bytes` is the table, `strings` the string section it links to. */
  constructor(reader: ElfReader, bytes: Uint8Array, strings: Uint8Array) {
    const entrySize = reader.sizeOf(symbolStructure);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.count = Math.floor(bytes.length / entrySize);
    this.addresses = new Float64Array(this.count);
    this.sizes = new Float64Array(this.count);
    this.#names = new Uint32Array(this.count);
    this.#info = new Uint8Array(this.count);
    this.#sections = new Uint16Array(this.count);
    this.#strings = strings;
    for (let i = 0; i < this.count; i++) this.#readEntry(view, i, i * entrySize, reader.is64);
  }

  /** Spelt out for both classes: this is the loop over every symbol of the file. */
  #readEntry(view: DataView, i: number, at: number, is64: boolean): void {
    this.#names[i] = view.getUint32(at, true);
    this.#info[i] = view.getUint8(at + (is64 ? 4 : 12));
    this.#sections[i] = view.getUint16(at + (is64 ? 6 : 14), true);
    const word = (offset: number) => view.getUint32(at + offset, true);
    this.addresses[i] = is64 ? word(8) + word(12) * 2 ** 32 : word(4);
    this.sizes[i] = is64 ? word(16) + word(20) * 2 ** 32 : word(8);
  }

  typeOf(index: number): SymbolType {
    const type = this.#info[index]! & 0xf;
    return type === 10 ? 'indirect-function' : (types[type] ?? 'other');
  }

  isDefinedFunction(index: number): boolean {
    const type = this.#info[index]! & 0xf;
    return (type === 2 || type === 10) && this.#sections[index] !== 0;
  }

  sectionOf(index: number): number {
    return this.#sections[index]!;
  }

  /**
   * 0 … 63, higher for names that fewer people know: without size, then local, then by leading underscores, then
   * weak.
   */
  obscurity(index: number): number {
    const binding = this.#info[index]! >>> 4;
    const local = binding === 0 ? 1 : 0;
    const weak = binding === 2 ? 1 : 0;
    const unsized = this.sizes[index] === 0 ? 1 : 0;
    return unsized * 32 + local * 16 + Math.min(this.#leadingUnderscores(index), 7) * 2 + weak;
  }

  #leadingUnderscores(index: number): number {
    const start = this.#names[index]!;
    let at = start;
    while (this.#strings[at] === underscore) at++;
    return at - start;
  }

  nameOf(index: number): string {
    return textAt(this.#strings, this.#names[index]!);
  }

  /** `name` as bytes with its NUL; no string is made. */
  isNamed(index: number, name: Uint8Array): boolean {
    const offset = this.#names[index]!;
    for (let i = 0; i < name.length; i++) {
      if (this.#strings[offset + i] !== name[i]) return false;
    }
    return true;
  }

  at(index: number): ElfSymbol {
    return {
      name: this.nameOf(index),
      address: this.addresses[index]!,
      size: this.sizes[index]!,
      type: this.typeOf(index),
      binding: bindings[this.#info[index]! >>> 4] ?? 'other',
      section: this.#sections[index]!,
    };
  }
}
