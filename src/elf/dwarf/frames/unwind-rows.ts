/**
 * Call frame information as the compact rows that programs in the kernel search (program/unwind-table.ts has the
 * same numbers). Rules that have no form there become "nothing is known": the stack is cut, and marked so.
 */
import type { Elf } from '../../elf.ts';
import { ElfError } from '../../elf-error.ts';
import { segmentFlags, segmentTypes } from '../../structures.ts';
import { Cursor } from '../cursor.ts';
import { emptySection, SectionBytes } from '../section-bytes.ts';
import { type FrameEntry, type FrameSection, readFrameEntries } from './frame-entries.ts';
import { type FrameAddressRule, type FrameRow, type RegisterRule, rowsOf } from './frame-rows.ts';

/** Numbers of the kinds of rows. */
export interface RowKinds {
  readonly none: number;
  readonly stackPointer: number;
  readonly basePointer: number;
  readonly behindBasePointer: number;
  readonly linkage: number;
  readonly outermost: number;
  readonly behindStackPointer: number;
  readonly signal: number;
}

export interface UnwindRows {
  /** Virtual address in the file that the rows' addresses count from. */
  readonly base: number;
  /** Eight bytes a row, ascending by address, each followed by that of what lies behind it. */
  readonly bytes: Uint8Array;
  readonly count: number;
}

const stackRegister = 7;
const baseRegister = 6;
const rowLimit = 8 << 20;

/** Undefined for a file without such information. @throws ElfError for a damaged one */
export function unwindRows(elf: Elf, kinds: RowKinds): UnwindRows | undefined {
  const section = frameSection(elf);
  if (section === undefined) return undefined;
  const base = codeStart(elf);
  const functions = [...readFrameEntries(section)].sort((a, b) => a.start - b.start);
  const rows = new RowWriter(base);
  let end = 0;
  for (const entry of functions) {
    if (entry.start < end || entry.start < base) continue;
    addGap(rows, end, entry.start, kinds);
    for (const row of attemptRows(entry, section.bytes)) addRow(rows, row, entry, kinds);
    end = entry.end;
  }
  rows.add(end, kinds.none, 0, 0);
  return { base, ...rows.finish() };
}

/**
 * Code without information: some words of assembler, or megabytes that another compiler made and that keep frame
 * pointers (V8's builtins).
 */
function addGap(rows: RowWriter, start: number, end: number, kinds: RowKinds): void {
  if (end <= start) return;
  if (start > 0 && end - start >= foreignCode) rows.add(start, kinds.basePointer, 2, -2);
  else rows.add(start, kinds.none, 0, 0);
}

const foreignCode = 4096;

/** A damaged entry leaves a hole and not the whole file without tables. */
function attemptRows(entry: FrameEntry, section: SectionBytes): FrameRow[] {
  try {
    return rowsOf(entry, section);
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    return [
      {
        address: entry.start,
        cfa: { kind: 'register', register: -1, offset: 0 },
        base: other,
        returnAddress: other,
      },
    ];
  }
}

const other: RegisterRule = { kind: 'other' };

function frameSection(elf: Elf): FrameSection | undefined {
  const addressSize = elf.header.is64 ? 8 : 4;
  for (const [name, kind] of [
    ['.eh_frame', 'eh_frame'],
    ['.debug_frame', 'debug_frame'],
  ] as const) {
    const section = elf.section(name);
    if (section === undefined || section.size <= 4) continue;
    const read = (offset: number, length: number) => elf.part(section, offset, length);
    const bytes = new SectionBytes({ file: elf.file, name, size: section.size, read }, section.size);
    return { bytes, address: section.address, kind, addressSize };
  }
  return undefined;
}

/** Code of a file spans less than four GiB. */
function codeStart(elf: Elf): number {
  const code = elf.segments.filter(
    ({ type, flags }) => type === segmentTypes.load && (flags & segmentFlags.execute) !== 0,
  );
  return Math.min(...code.map(({ address }) => address));
}

function addRow(rows: RowWriter, row: FrameRow, { common }: FrameEntry, kinds: RowKinds): void {
  const { address, cfa, base, returnAddress } = row;
  if (common.isSignalFrame && isSignalStack(cfa)) return rows.add(address, kinds.signal, 0, 0);
  if (returnAddress.kind === 'undefined') return rows.add(address, kinds.outermost, 0, 0);
  const place = cfaOf(cfa, kinds);
  const saved = savedBase(base);
  const isUsual = returnAddress.kind === 'saved' && returnAddress.offset === -8;
  if (place === undefined || saved === undefined || !isUsual) return rows.add(address, kinds.none, 0, 0);
  rows.add(address, place.kind, place.distance, saved);
}

interface Place {
  readonly kind: number;
  readonly distance: number;
}

function cfaOf(cfa: FrameAddressRule, kinds: RowKinds): Place | undefined {
  if (cfa.kind === 'expression') return expressionPlace(cfa.expression, kinds);
  const kind =
    cfa.register === stackRegister
      ? kinds.stackPointer
      : cfa.register === baseRegister
        ? kinds.basePointer
        : undefined;
  return kind === undefined ? undefined : fitting(kind, cfa.offset);
}

/** In words, as u16 for the stack pointer's rows and s16 for the others: both are read as s16. */
function fitting(kind: number, offset: number): Place | undefined {
  const distance = offset / 8;
  const fits = Number.isInteger(distance) && distance >= -0x8000 && distance < 0x8000;
  return fits ? { kind, distance } : undefined;
}

/** What the linker writes for its linkage table: breg7 8, breg16 0, lit15, and, lit11, ge, lit3, shl, plus. */
const linkage = [0x77, 0x08, 0x80, 0x00, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22];
/** The same where each entry begins with `endbr64` or `bnd`: the push ends at 10 or 9 instead of 11. */
const pushEnd = 6;
/** DW_OP_breg6 and breg7: %rbp and %rsp plus a number; deref; plus_uconst. */
const breg6 = 0x76;
const breg7 = 0x77;
const deref = 0x06;
const plus = 0x23;

function expressionPlace(expression: Uint8Array, kinds: RowKinds): Place | undefined {
  const isLinkage =
    expression.length === linkage.length &&
    linkage.every((byte, i) => i === pushEnd || byte === expression[i]);
  // The distance tells behind which of the sixteen bytes a word more is on the stack.
  if (isLinkage) return { kind: kinds.linkage, distance: expression[pushEnd]! - 0x30 };
  const place = savedPlace(expression);
  // What `lea 8(%rsp),%r10; and $-32,%rsp` leads to.
  if (place?.register === breg6 && place.plus === 0) return fitting(kinds.behindBasePointer, place.offset);
  if (place?.register === breg7 && place.plus === 8) return fitting(kinds.behindStackPointer, place.offset);
  return undefined;
}

/** `breg N; deref; plus_uconst M`, the last part being optional. */
function savedPlace(expression: Uint8Array) {
  const section = emptySection('', '');
  const cursor = new Cursor(section, 0, expression);
  if (cursor.left < 3) return undefined;
  const register = cursor.u8();
  const end = expression.findIndex((byte, i) => i > 0 && byte < 0x80);
  if (end < 0 || end + 1 >= expression.length) return undefined;
  const offset = cursor.sleb();
  if (cursor.u8() !== deref) return undefined;
  if (cursor.left === 0) return { register, offset, plus: 0 };
  const isSum = cursor.left === 2 && cursor.u8() === plus;
  return isSum ? { register, offset, plus: cursor.u8() } : undefined;
}

/** breg7 160, deref: the stack pointer in struct ucontext. */
function isSignalStack(cfa: FrameAddressRule): boolean {
  if (cfa.kind !== 'expression') return false;
  return [0x77, 0xa0, 0x01, 0x06].every((byte, i) => cfa.expression[i] === byte);
}

/** In words from the CFA, 0 for one that still has its value; undefined for what has no form. */
function savedBase(base: RegisterRule): number | undefined {
  if (base.kind === 'same' || base.kind === 'undefined') return 0;
  if (
    base.kind === 'expression' &&
    base.expression[0] === breg6 &&
    base.expression.length === 2 &&
    base.expression[1] === 0
  )
    return behindBase;
  if (base.kind !== 'saved') return undefined;
  const words = base.offset / 8;
  return Number.isInteger(words) && words >= -127 && words <= 127 && words !== 0 ? words : undefined;
}

/** Marks a base pointer that is saved at the address that it holds. */
const behindBase = -128;

class RowWriter {
  readonly #base: number;
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #count = 0;
  #last = '';

  constructor(base: number) {
    this.#base = base;
  }

  /** Leaves out what says the same as the row before. */
  add(address: number, kind: number, distance: number, saved: number): void {
    const relative = Math.max(0, address - this.#base);
    if (relative > 0xffffffff || this.#count >= rowLimit) return;
    const said = `${kind} ${distance} ${saved}`;
    if (said === this.#last) return;
    const at = this.#count * 8;
    // The row before was for no code at all.
    const replaces = this.#count > 0 && this.#view.getUint32(at - 8, true) === relative;
    if (at + 8 > this.#bytes.length) this.#grow();
    const place = replaces ? at - 8 : at;
    this.#view.setUint32(place, relative, true);
    this.#view.setInt16(place + 4, distance, true);
    this.#view.setUint8(place + 6, kind);
    this.#view.setInt8(place + 7, saved);
    this.#last = said;
    if (!replaces) this.#count++;
  }

  #grow(): void {
    const bytes = new Uint8Array(this.#bytes.length * 2);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  finish(): { readonly bytes: Uint8Array; readonly count: number } {
    return { bytes: this.#bytes.slice(0, this.#count * 8), count: this.#count };
  }
}
