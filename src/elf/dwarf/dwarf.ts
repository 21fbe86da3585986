/**
 * The debug information of one file: its units, found by address or by what refers to them, and the values of their
 * entries. Nothing is read before it is needed; the bytes of a few units are kept.
 */
import type { Elf } from '../elf.ts';
import { Abbreviations } from './abbreviations.ts';
import { At } from './constants.ts';
import type { Value } from './forms.ts';
import { type Range, RangeLists } from './ranges.ts';
import type { Decompress } from './section-bytes.ts';
import { DwarfSections } from './sections.ts';
import { type Entry, Unit } from './unit.ts';
import { hex, readUnitHeaders, type UnitHeader } from './unit-header.ts';

/** Of units' bytes that stay in memory. */
const keptBytes = 64 << 20;

export interface DwarfOptions {
  readonly decompress?: Decompress;
  /** What `.gnu_debugaltlink` names: the file that dwz moved common entries to. */
  readonly supplementary?: Dwarf;
}

export class Dwarf {
  readonly sections: DwarfSections;
  readonly supplementary: Dwarf | undefined;
  readonly #abbreviations: Abbreviations;
  readonly #units = new Map<UnitHeader, Unit>();
  #unitBytes = 0;
  #headers: readonly UnitHeader[] | undefined;
  #typeHeaders: ReadonlyMap<string, UnitHeader> | undefined;
  readonly #ranges: RangeLists;

  constructor(elf: Elf, { decompress, supplementary }: DwarfOptions = {}) {
    this.sections = new DwarfSections(elf, decompress);
    this.supplementary = supplementary;
    this.#abbreviations = new Abbreviations(this.sections.get('abbrev'));
    this.#ranges = new RangeLists(this);
  }

  /** Whether the file has any. */
  static isIn(elf: Elf): boolean {
    return new DwarfSections(elf).has('info');
  }

  /** In the order of the file. */
  get headers(): readonly UnitHeader[] {
    this.#headers ??= [...readUnitHeaders(this.sections.get('info'))];
    return this.#headers;
  }

  unit(header: UnitHeader): Unit {
    let unit = this.#units.get(header);
    if (unit === undefined) {
      unit = new Unit(header, this.#abbreviations.table(header.abbreviations));
      if (this.#unitBytes > keptBytes) this.#forgetUnits();
      this.#units.set(header, unit);
      this.#unitBytes += unit.sizeBytes;
    }
    return unit;
  }

  #forgetUnits(): void {
    this.#units.clear();
    this.#unitBytes = 0;
  }

  /** The entry at a place in .debug_info. @throws ElfError when there is none */
  entryAt(offset: number): Entry {
    const { headers } = this;
    let low = 0;
    let high = headers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (headers[middle]!.end <= offset) low = middle + 1;
      else high = middle;
    }
    const header = headers[low];
    if (header === undefined || offset < header.firstEntry)
      throw this.sections.get('info').error(offset, 'an entry is referred to that lies in no unit');
    return this.unit(header).entry(offset);
  }

  // Values of entries

  number(entry: Entry, attribute: number): number | undefined {
    return entry.values.get(attribute)?.number;
  }

  flag(entry: Entry, attribute: number): boolean {
    return (entry.values.get(attribute)?.number ?? 0) !== 0;
  }

  text(entry: Entry, attribute: number): string | undefined {
    const value = entry.values.get(attribute);
    return value && this.textOf(value, entry.unit);
  }

  /** The text of a value in any of the forms of strings. */
  textOf(value: Value, unit: Unit | undefined): string | undefined {
    switch (value.class) {
      case 'text':
        return value.text;
      case 'str':
        return this.sections.get('str').text(value.number);
      case 'line-str':
        return this.sections.get('line_str').text(value.number);
      case 'alt-str':
        return this.supplementary?.sections.get('str').text(value.number);
      case 'str-index':
        return unit && this.#indexedText(value.number, unit);
      default:
        return undefined;
    }
  }

  #indexedText(index: number, { header, root }: Unit): string {
    const { offsetSize } = header;
    const base = root.values.get(At.str_offsets_base)?.number ?? (header.version < 5 ? 0 : offsetSize * 2);
    const offsets = this.sections.get('str_offsets');
    return this.sections.get('str').text(offsets.number(base + index * offsetSize, offsetSize));
  }

  /** An address, also one that stands in .debug_addr. */
  address(entry: Entry, attribute: number): number | undefined {
    const value = entry.values.get(attribute);
    if (value?.class === 'address') return value.number;
    return value?.class === 'address-index' ? this.indexedAddress(value.number, entry.unit) : undefined;
  }

  indexedAddress(index: number, { header, root }: Unit): number {
    const base = root.values.get(At.addr_base)?.number ?? (header.version < 5 ? 0 : header.offsetSize * 2);
    return this.sections.get('addr').number(base + index * header.addressSize, header.addressSize);
  }

  /** The entry that an attribute refers to, in this file or in the supplementary one. */
  referred(entry: Entry, attribute: number): { readonly dwarf: Dwarf; readonly entry: Entry } | undefined {
    const value = entry.values.get(attribute);
    if (value === undefined) return undefined;
    switch (value.class) {
      case 'unit-reference':
        return { dwarf: this, entry: this.#inUnit(entry.unit, value.number) };
      case 'reference':
        return { dwarf: this, entry: this.entryAt(value.number) };
      case 'signature':
        return this.#typeOf(hex(value.block ?? new Uint8Array()));
      case 'alt-reference': {
        const dwarf = this.supplementary;
        return dwarf && { dwarf, entry: dwarf.entryAt(value.number) };
      }
      default:
        return undefined;
    }
  }

  #inUnit(unit: Unit, offset: number): Entry {
    const { section, offset: start, end, firstEntry } = unit.header;
    const place = start + offset;
    if (place < firstEntry || place >= end) throw section.error(place, 'a reference leads out of its unit');
    return unit.entry(place);
  }

  #typeOf(signature: string): { readonly dwarf: Dwarf; readonly entry: Entry } | undefined {
    if (this.#typeHeaders === undefined) {
      const types = [...readUnitHeaders(this.sections.get('types'), true)];
      const all = [...this.headers, ...types].filter((header) => header.signature !== undefined);
      this.#typeHeaders = new Map(all.map((header) => [header.signature!, header]));
    }
    const header = this.#typeHeaders.get(signature);
    return header && { dwarf: this, entry: this.unit(header).entry(header.typeEntry!) };
  }

  /** The addresses that an entry covers, ascending as they are listed; none for one without code. */
  ranges(entry: Entry): readonly Range[] {
    return this.#ranges.of(entry);
  }
}
