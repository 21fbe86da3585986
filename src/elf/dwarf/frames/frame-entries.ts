/**
 * Call frame information: .eh_frame (Linux Standard Base, "Exception Frames") and .debug_frame (DWARF 5, 6.4.1).
 * A function's entry (FDE) says what range of code it is for and refers to an entry that many share (CIE).
 */
import { Cursor } from '../cursor.ts';
import type { SectionBytes } from '../section-bytes.ts';

export interface CommonEntry {
  readonly codeAlignment: number;
  readonly dataAlignment: number;
  /** Number of the column that holds the return address. */
  readonly returnColumn: number;
  readonly pointerEncoding: number;
  readonly hasAugmentation: boolean;
  /** The frame is that of a signal handler's return: what it returns to was interrupted, not called. */
  readonly isSignalFrame: boolean;
  readonly instructions: Uint8Array;
  readonly addressSize: number;
}

export interface FrameEntry {
  readonly common: CommonEntry;
  readonly start: number;
  readonly end: number;
  readonly instructions: Uint8Array;
  /** Of the entry in the section, for messages. */
  readonly offset: number;
}

export interface FrameSection {
  readonly bytes: SectionBytes;
  /** Virtual address of the section. */
  readonly address: number;
  readonly kind: 'eh_frame' | 'debug_frame';
  readonly addressSize: number;
}

const entryLimit = 1 << 20;
const commonLimit = 4096;

/** All functions' entries, in the order of the file. @throws ElfError for a damaged section */
export function* readFrameEntries(section: FrameSection): Generator<FrameEntry> {
  const { bytes, kind } = section;
  const commons = new Map<number, CommonEntry>();
  for (let offset = 0; offset + 4 <= bytes.size; ) {
    const head = Cursor.from(bytes, offset, 16);
    const { length, offsetSize } = head.initialLength();
    if (length === 0) {
      // In .eh_frame it ends what one object file brought; the linker leaves the last.
      offset += 4;
      continue;
    }
    if (length > entryLimit) throw bytes.error(offset, `an entry of ${length} bytes`);
    const end = offset + head.at + length;
    const cursor = Cursor.over(bytes, offset, end - offset);
    cursor.skip(head.at);
    const pointerAt = cursor.offset;
    const pointer = cursor.unsigned(kind === 'eh_frame' ? 4 : offsetSize);
    const isCommon =
      kind === 'eh_frame' ? pointer === 0 : pointer === (offsetSize === 4 ? 0xffffffff : 2 ** 64);
    if (!isCommon) {
      const commonAt = kind === 'eh_frame' ? pointerAt - pointer : pointer;
      const common = commons.get(commonAt) ?? readCommonAt(section, commonAt);
      if (commons.size < commonLimit) commons.set(commonAt, common);
      const entry = readFunction(cursor, section, common, offset);
      if (entry !== undefined) yield entry;
    }
    offset = end;
  }
}

function readCommonAt({ bytes, kind, addressSize }: FrameSection, offset: number): CommonEntry {
  const head = Cursor.from(bytes, offset, 16);
  const { length, offsetSize } = head.initialLength();
  if (length > entryLimit) throw bytes.error(offset, `an entry of ${length} bytes`);
  const cursor = Cursor.over(bytes, offset, head.at + length);
  cursor.skip(head.at + (kind === 'eh_frame' ? 4 : offsetSize));
  const version = cursor.u8();
  if (version !== 1 && version !== 3 && version !== 4)
    throw bytes.error(offset, `call frame information of version ${version} is not supported`);
  const augmentation = cursor.text();
  if (version === 4) cursor.skip(2);
  const codeAlignment = cursor.uleb();
  const dataAlignment = cursor.sleb();
  const returnColumn = version === 1 ? cursor.u8() : cursor.uleb();
  const extra = augmentation.startsWith('z') ? readAugmentation(cursor, augmentation) : plain;
  const instructions = cursor.take(cursor.left);
  return { codeAlignment, dataAlignment, returnColumn, instructions, addressSize, ...extra };
}

const plain = { hasAugmentation: false, isSignalFrame: false, pointerEncoding: 0 };

function readAugmentation(cursor: Cursor, text: string) {
  const size = cursor.uleb();
  const end = cursor.at + size;
  let pointerEncoding = 0;
  for (const letter of text.slice(1)) {
    if (letter === 'R') pointerEncoding = cursor.u8();
    else if (letter === 'L') cursor.skip(1);
    else if (letter === 'P') skipPointer(cursor, cursor.u8());
    else if (letter !== 'S' && letter !== 'B') break;
  }
  cursor.skip(end - cursor.at);
  return { hasAugmentation: true, isSignalFrame: text.includes('S'), pointerEncoding };
}

function readFunction(
  cursor: Cursor,
  section: FrameSection,
  common: CommonEntry,
  offset: number,
): FrameEntry | undefined {
  const start = readPointer(cursor, section, common.pointerEncoding);
  // The length has the same form, but is never relative.
  const length = readEncoded(cursor, common.pointerEncoding & 0x0f, common.addressSize);
  if (common.hasAugmentation) cursor.skip(cursor.uleb());
  if (start === undefined || length <= 0) return undefined;
  return { common, start, end: start + length, instructions: cursor.take(cursor.left), offset };
}

/** Encodings of pointers (DW_EH_PE_*): the form in the low four bits, what it is relative to above. */
const relative = { absolute: 0x00, toItself: 0x10 } as const;

function readPointer(cursor: Cursor, { address }: FrameSection, encoding: number): number | undefined {
  const at = address + cursor.offset;
  const value = readEncoded(cursor, encoding & 0x0f, 8);
  switch (encoding & 0x70) {
    case relative.absolute:
      return value;
    case relative.toItself:
      return at + value;
    default:
      return undefined;
  }
}

function skipPointer(cursor: Cursor, encoding: number): void {
  if (encoding !== 0xff) readEncoded(cursor, encoding & 0x0f, 8);
}

function readEncoded(cursor: Cursor, form: number, addressSize: number): number {
  switch (form) {
    case 0x00:
      return cursor.unsigned(addressSize);
    case 0x01:
      return cursor.uleb();
    case 0x02:
      return cursor.u16();
    case 0x03:
      return cursor.u32();
    case 0x04:
      return cursor.u64();
    case 0x09:
      return cursor.sleb();
    case 0x0a:
      return (cursor.u16() << 16) >> 16;
    case 0x0b:
      return cursor.s32();
    case 0x0c:
      return cursor.s64();
    default:
      throw cursor.fail(`unknown form 0x${form.toString(16)} of a pointer`);
  }
}
