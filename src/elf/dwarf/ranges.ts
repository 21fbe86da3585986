/** Lists of address ranges: .debug_ranges up to DWARF 4, .debug_rnglists (DWARF 5, 7.25) from then on. */
import { At } from './constants.ts';
import { Cursor } from './cursor.ts';
import type { Dwarf } from './dwarf.ts';
import type { Entry, Unit } from './unit.ts';

export interface Range {
  readonly start: number;
  /** The first address behind it. */
  readonly end: number;
}

const countLimit = 1 << 20;

/** Entries of .debug_rnglists. */
const rle = {
  end: 0,
  baseIndex: 1,
  indexIndex: 2,
  indexLength: 3,
  offsets: 4,
  base: 5,
  startEnd: 6,
  startLength: 7,
} as const;

export class RangeLists {
  readonly #dwarf: Dwarf;

  constructor(dwarf: Dwarf) {
    this.#dwarf = dwarf;
  }

  of(entry: Entry): readonly Range[] {
    const listed = entry.values.get(At.ranges);
    if (listed !== undefined) return this.#list(entry.unit, listed.class, listed.number).filter(isCode);
    const start = this.#dwarf.address(entry, At.low_pc);
    const high = entry.values.get(At.high_pc);
    if (start === undefined || high === undefined) return [];
    // A constant is the length; before DWARF 4 it was always the address.
    const end = high.class === 'constant' ? start + high.number : this.#dwarf.address(entry, At.high_pc);
    return end === undefined ? [] : [{ start, end }].filter(isCode);
  }

  #list(unit: Unit, kind: string, number: number): Range[] {
    const isRoot = unit.header.version < 5;
    if (isRoot) return [...this.#oldList(unit, number)];
    return [...this.#newList(unit, kind === 'list-index' ? this.#indexed(unit, number) : number)];
  }

  /** The table of offsets lies at the base, and they count from there. */
  #indexed({ header, root }: Unit, index: number): number {
    const { offsetSize } = header;
    const base = root.values.get(At.rnglists_base)?.number ?? (offsetSize === 4 ? 12 : 20);
    return base + this.#dwarf.sections.get('rnglists').number(base + index * offsetSize, offsetSize);
  }

  #base({ root }: Unit): number {
    return this.#dwarf.address(root, At.low_pc) ?? 0;
  }

  *#oldList(unit: Unit, offset: number): Generator<Range> {
    const { addressSize } = unit.header;
    const selectsBase = addressSize === 8 ? 2 ** 64 : 0xffffffff;
    const cursor = Cursor.from(this.#dwarf.sections.get('ranges'), offset);
    let base = this.#base(unit);
    for (let count = 0; count < countLimit; count++) {
      const start = cursor.unsigned(addressSize);
      const end = cursor.unsigned(addressSize);
      if (start === 0 && end === 0) return;
      if (start === selectsBase) base = end;
      else yield { start: base + start, end: base + end };
    }
  }

  *#newList(unit: Unit, offset: number): Generator<Range> {
    const dwarf = this.#dwarf;
    const cursor = Cursor.from(dwarf.sections.get('rnglists'), offset);
    const address = () => cursor.unsigned(unit.header.addressSize);
    const indexed = () => dwarf.indexedAddress(cursor.uleb(), unit);
    let base = this.#base(unit);
    for (let count = 0; count < countLimit; count++) {
      const kind = cursor.u8();
      if (kind === rle.end) return;
      if (kind === rle.base) base = address();
      else if (kind === rle.baseIndex) base = indexed();
      else if (kind === rle.offsets) yield { start: base + cursor.uleb(), end: base + cursor.uleb() };
      else if (kind === rle.startEnd) yield { start: address(), end: address() };
      else if (kind === rle.indexIndex) yield { start: indexed(), end: indexed() };
      else if (kind === rle.startLength) yield withLength(address(), cursor.uleb());
      else if (kind === rle.indexLength) yield withLength(indexed(), cursor.uleb());
      else throw cursor.fail(`unknown entry ${kind} in a list of ranges`);
    }
  }
}

const withLength = (start: number, length: number): Range => ({ start, end: start + length });

/** Linkers leave ranges at 0 for functions that they dropped. */
const isCode = ({ start, end }: Range) => start !== 0 && end > start;
