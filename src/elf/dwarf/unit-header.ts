/** The headers of units in .debug_info and .debug_types (DWARF 5, 7.5.1), versions 2 to 5. */
import { UnitType } from './constants.ts';
import { Cursor } from './cursor.ts';
import type { UnitSizes } from './forms.ts';
import type { SectionBytes } from './section-bytes.ts';

export interface UnitHeader extends UnitSizes {
  readonly section: SectionBytes;
  /** Of the header in the section. */
  readonly offset: number;
  /** Of what follows the unit. */
  readonly end: number;
  /** Of the first entry. */
  readonly firstEntry: number;
  readonly type: number;
  readonly abbreviations: number;
  /** Of a type unit: in hexadecimal, and the place of the type in the section. */
  readonly signature?: string;
  readonly typeEntry?: number;
}

const longestHeader = 48;

/** All headers of a section in order; `isTypes` for .debug_types of DWARF 4. @throws ElfError for a damaged one */
export function* readUnitHeaders(section: SectionBytes, isTypes = false): Generator<UnitHeader> {
  for (let offset = 0; offset < section.size; ) {
    const header = readUnitHeader(section, offset, isTypes);
    yield header;
    offset = header.end;
  }
}

function readUnitHeader(section: SectionBytes, offset: number, isTypes: boolean): UnitHeader {
  const cursor = Cursor.from(section, offset, longestHeader);
  const { length, offsetSize } = cursor.initialLength();
  const end = cursor.offset + length;
  if (end > section.size) throw section.error(offset, `a unit of ${length} bytes lies beyond the section`);
  const version = cursor.u16();
  if (version < 2 || version > 5) throw section.error(offset, `DWARF version ${version} is not supported`);
  const start = version < 5 ? readOldStart(cursor, offsetSize, isTypes) : readStart(cursor, offsetSize);
  const { addressSize } = start;
  if (addressSize !== 4 && addressSize !== 8)
    throw section.error(offset, `addresses of ${addressSize} bytes`);
  const typed = isTypes || start.type === UnitType.type || start.type === UnitType.split_type;
  const common = { section, offset, end, version, offsetSize, ...start };
  if (!typed) {
    const hasId = start.type === UnitType.skeleton || start.type === UnitType.split_compile;
    return { ...common, firstEntry: cursor.offset + (hasId ? 8 : 0) };
  }
  const signature = hex(cursor.take(8));
  const typeEntry = offset + cursor.unsigned(offsetSize);
  return { ...common, signature, typeEntry, firstEntry: cursor.offset };
}

interface Start {
  readonly type: number;
  readonly addressSize: number;
  readonly abbreviations: number;
}

function readOldStart(cursor: Cursor, offsetSize: number, isTypes: boolean): Start {
  const abbreviations = cursor.unsigned(offsetSize);
  return { abbreviations, addressSize: cursor.u8(), type: isTypes ? UnitType.type : UnitType.compile };
}

function readStart(cursor: Cursor, offsetSize: number): Start {
  const type = cursor.u8();
  const addressSize = cursor.u8();
  return { type, addressSize, abbreviations: cursor.unsigned(offsetSize) };
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
