/**
 * An ELF file, read as far as it is asked: headers when it is opened, everything else when it is first used.
 * Addresses are virtual addresses in the file (what `nm` shows), offsets are places in the file (what uprobes are
 * attached to); {@link Elf.offsetOf} and {@link Elf.addressOf} lead from one to the other.
 */
import { compileWildcard, hasWildcard } from '../base/wildcard.ts';
import { AddressIndex, type LocatedSymbol } from './address-index.ts';
import type { ByteSource } from './byte-source.ts';
import { type DynamicInfo, readDynamic } from './dynamic.ts';
import { type ElfHeader, type Headers, readHeaders, type Section, type Segment } from './headers.ts';
import { type Note, readNotes } from './notes.ts';
import { textAt } from './reader.ts';
import { sectionFlags, sectionTypes, segmentFlags, segmentTypes } from './structures.ts';
import { type ElfSymbol, SymbolTable } from './symbol-table.ts';
import { decodeUsdtNote, isUsdtNote, type UsdtProbe } from './usdt-notes.ts';

export class Elf {
  readonly header: ElfHeader;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
  readonly #reader: Headers['reader'];
  #tables: readonly SymbolTable[] | undefined;
  #index: AddressIndex | undefined;
  #notes: readonly Note[] | undefined;
  #dynamic: DynamicInfo | undefined;

  private constructor(source: ByteSource) {
    const { reader, header, segments, sections } = readHeaders(source);
    this.#reader = reader;
    this.header = header;
    this.segments = segments;
    this.sections = sections;
  }

  /** @throws ElfError when it is not a little-endian ELF file or its headers are damaged */
  static open(source: ByteSource): Elf {
    return new Elf(source);
  }

  get file(): string {
    return this.#reader.file;
  }

  section(name: string): Section | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /** Contents as they lie in the file; empty for sections without any (.bss). */
  contents(section: Section): Uint8Array {
    if (section.type === sectionTypes.noBits) return new Uint8Array();
    return this.#reader.bytes(section.offset, section.size, `section '${section.name}'`);
  }

  /** A piece of what {@link contents} gives. @throws ElfError when the section or the file ends before */
  part(section: Section, offset: number, length: number): Uint8Array {
    if (offset + length > section.size)
      throw this.#reader.error(section.offset + offset, `section '${section.name}' ends before`);
    return this.#reader.bytes(section.offset + offset, length, `section '${section.name}'`);
  }

  /** The full table first, then what only the dynamic table names. */
  get symbolTables(): readonly SymbolTable[] {
    this.#tables ??= [sectionTypes.symbols, sectionTypes.dynamicSymbols].flatMap((type) =>
      this.sections.filter((section) => section.type === type).map((section) => this.#readTable(section)),
    );
    return this.#tables;
  }

  #readTable(section: Section): SymbolTable {
    const strings = this.sections[section.link];
    const text = strings === undefined ? new Uint8Array() : this.contents(strings);
    return new SymbolTable(this.#reader, this.contents(section), text);
  }

  /** Functions defined here, by name or by pattern with `*`, each place and name once, in the order of the tables. */
  functions(pattern: string): ElfSymbol[] {
    const found = new Map<string, ElfSymbol>();
    const matches = hasWildcard(pattern) ? compileWildcard(pattern) : undefined;
    const bytes = Uint8Array.from(`${pattern}\0`, (character) => character.charCodeAt(0));
    for (const table of this.symbolTables) {
      for (let i = 0; i < table.count; i++) {
        if (!table.isDefinedFunction(i)) continue;
        if (matches === undefined ? !table.isNamed(i, bytes) : !matches(table.nameOf(i))) continue;
        const symbol = table.at(i);
        const key = `${symbol.address} ${symbol.name}`;
        if (!found.has(key)) found.set(key, symbol);
      }
    }
    return [...found.values()];
  }

  /** The function that contains a virtual address. */
  functionAt(address: number): LocatedSymbol | undefined {
    this.#index ??= new AddressIndex(this.symbolTables, (number) => {
      const section = this.sections[number];
      return section === undefined ? 0 : section.address + section.size;
    });
    return this.#index.find(address);
  }

  /** The place in the file of a virtual address that is loaded from the file. */
  offsetOf(address: number): number | undefined {
    const segment = this.#find((s) => address >= s.address && address < s.address + s.fileSize);
    return segment && address - segment.address + segment.offset;
  }

  /** The virtual address at which a place in the file is loaded. */
  addressOf(offset: number): number | undefined {
    const segment = this.#find((s) => offset >= s.offset && offset < s.offset + s.fileSize);
    return segment && offset - segment.offset + segment.address;
  }

  /** A loaded segment, executable ones first: a page at their border may belong to two. */
  #find(contains: (segment: Segment) => boolean): Segment | undefined {
    const loaded = this.segments.filter((segment) => segment.type === segmentTypes.load && contains(segment));
    return loaded.find((segment) => (segment.flags & segmentFlags.execute) !== 0) ?? loaded[0];
  }

  /** All notes: by section, or by segment where the sections were stripped. */
  get notes(): readonly Note[] {
    if (this.#notes === undefined) {
      const sections = this.sections.filter((section) => section.type === sectionTypes.note);
      const segments = this.segments.filter((segment) => segment.type === segmentTypes.note);
      const places =
        sections.length > 0 ? sections : segments.map(({ offset, fileSize }) => ({ offset, size: fileSize }));
      this.#notes = places.flatMap(({ offset, size }) => [
        ...readNotes(this.#reader, this.#reader.bytes(offset, size, 'the notes'), offset),
      ]);
    }
    return this.#notes;
  }

  /** In lower-case hexadecimal. */
  get buildId(): string | undefined {
    const note = this.notes.find(({ owner, type }) => owner === 'GNU' && type === 3);
    return note && Array.from(note.body, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** The name of the file with the debug information, and its checksum (CRC-32). */
  get debugLink(): { readonly file: string; readonly crc: number } | undefined {
    const section = this.section('.gnu_debuglink');
    if (section === undefined || (section.flags & sectionFlags.compressed) !== 0) return undefined;
    const bytes = this.contents(section);
    const file = textAt(bytes, 0);
    const at = (file.length + 4) & ~3;
    if (at + 4 > bytes.length) throw this.#reader.error(section.offset, 'the debug link is cut short');
    return { file, crc: new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true) };
  }

  get dynamic(): DynamicInfo {
    if (this.#dynamic === undefined) {
      const section = this.sections.find(({ type }) => type === sectionTypes.dynamic);
      const strings = section && this.sections[section.link];
      this.#dynamic =
        section === undefined || strings === undefined
          ? { needed: [], soname: undefined }
          : readDynamic(this.#reader, this.contents(section), this.contents(strings));
    }
    return this.#dynamic;
  }

  usdtProbes(): UsdtProbe[] {
    const base = this.section('.stapsdt.base')?.address;
    return this.notes.filter(isUsdtNote).map((note) => decodeUsdtNote(this.#reader, note, base));
  }
}
