/**
 * From an address to the unit whose code it is: by .debug_aranges, and for units that are not in it (clang writes
 * none) by the ranges of their own entries. Sorted in typed arrays, as a large program has some ten thousand.
 */
import { lastAtOrBelow } from '../../base/sorted.ts';
import { UnitType } from './constants.ts';
import { Cursor } from './cursor.ts';
import type { Dwarf } from './dwarf.ts';
import type { UnitHeader } from './unit-header.ts';

interface UnitRange {
  readonly start: number;
  readonly end: number;
  readonly header: UnitHeader;
}

export class AddressRanges {
  readonly #ranges: readonly UnitRange[];
  readonly #starts: Float64Array;

  constructor(dwarf: Dwarf) {
    const listed = [...readListed(dwarf)];
    const known = new Set(listed.map(({ header }) => header));
    const others = dwarf.headers.filter((header) => hasCode(header) && !known.has(header));
    const found = others.flatMap((header) => ownRanges(dwarf, header));
    this.#ranges = [...listed, ...found].sort((a, b) => a.start - b.start);
    this.#starts = Float64Array.from(this.#ranges, ({ start }) => start);
  }

  find(address: number): UnitHeader | undefined {
    const found = this.#ranges[lastAtOrBelow(this.#starts, address)];
    return found !== undefined && address < found.end ? found.header : undefined;
  }
}

const hasCode = ({ type }: UnitHeader) => type === UnitType.compile || type === UnitType.skeleton;

function ownRanges(dwarf: Dwarf, header: UnitHeader): UnitRange[] {
  const { root } = dwarf.unit(header);
  return dwarf.ranges(root).map(({ start, end }) => ({ start, end, header }));
}

/** 6.1.2: sets of tuples, a set a unit, aligned to twice the size of an address. */
function* readListed(dwarf: Dwarf): Generator<UnitRange> {
  const section = dwarf.sections.get('aranges');
  const headers = new Map(dwarf.headers.map((header) => [header.offset, header]));
  for (let offset = 0; offset < section.size; ) {
    const start = Cursor.from(section, offset, 64);
    const { length, offsetSize } = start.initialLength();
    const cursor = Cursor.over(section, offset, start.at + length);
    cursor.skip(start.at + 2);
    const header = headers.get(cursor.unsigned(offsetSize));
    const addressSize = cursor.u8();
    cursor.skip(1);
    const tuple = addressSize * 2;
    if (addressSize !== 4 && addressSize !== 8) throw cursor.fail(`addresses of ${addressSize} bytes`);
    cursor.skip((tuple - (cursor.at % tuple)) % tuple);
    while (cursor.left >= tuple) {
      const address = cursor.unsigned(addressSize);
      const size = cursor.unsigned(addressSize);
      if (size > 0 && address > 0 && header !== undefined)
        yield { start: address, end: address + size, header };
    }
    offset += start.at + length;
  }
}
