/**
 * One BPF instruction as a value, and its bytes. Fields are those of struct bpf_insn (linux/bpf.h): 8 bytes,
 * little-endian (kscope serves x86-64 and arm64 only). A 64-bit immediate load is one value here and occupies two
 * slots of 8 bytes in a program, which matters for jump offsets: these count slots.
 */
import { EncodeError, MalformedProgramError } from './errors.ts';
import { describeMismatch } from './instruction-set/lookup.ts';

export interface Insn {
  /** 0 to 255; see opcode.ts for its parts. */
  readonly opcode: number;
  /** 0 to 10. */
  readonly dst: number;
  /** 0 to 10, or a subtype for calls and 64-bit immediate loads. */
  readonly src: number;
  /** Signed 16 bits. */
  readonly offset: number;
  /** Signed 32 bits; for 64-bit immediate loads the low half. */
  readonly imm: number;
  /** Signed 32 bits, the high half: present exactly for 64-bit immediate loads (opcode 0x18). */
  readonly high?: number;
}

export const slotSize = 8;
export const wideOpcode = 0x18;

export const isWide = (insn: Insn): boolean => insn.opcode === wideOpcode;

/** How many 8-byte slots the instruction occupies. */
export const slotCount = (insn: Insn): 1 | 2 => (isWide(insn) ? 2 : 1);

/** The 64-bit immediate, as an unsigned number. */
export function immediate64(insn: Insn): bigint {
  return (BigInt((insn.high ?? 0) >>> 0) << 32n) | BigInt(insn.imm >>> 0);
}

/** Slot of each instruction, and one more entry: the slot behind the last. */
export function slotIndexes(insns: readonly Insn[]): number[] {
  const slots = [0];
  let next = 0;
  for (const insn of insns) {
    next += slotCount(insn);
    slots.push(next);
  }
  return slots;
}

/** The bytes of a program. @throws {EncodeError} when a field does not fit. */
export function encode(insns: readonly Insn[]): Uint8Array {
  const slots = insns.reduce((sum, insn) => sum + slotCount(insn), 0);
  const bytes = new Uint8Array(slots * slotSize);
  const view = new DataView(bytes.buffer);
  let at = 0;
  insns.forEach((insn, index) => {
    checkRanges(insn, index);
    view.setUint8(at, insn.opcode);
    view.setUint8(at + 1, insn.dst | (insn.src << 4));
    view.setInt16(at + 2, insn.offset, true);
    view.setInt32(at + 4, insn.imm, true);
    if (isWide(insn)) view.setInt32(at + 12, insn.high ?? 0, true);
    at += slotCount(insn) * slotSize;
  });
  return bytes;
}

const ranges = [
  ['opcode', 0, 0xff],
  ['dst', 0, 15],
  ['src', 0, 15],
  ['offset', -0x8000, 0x7fff],
  ['imm', -0x80000000, 0x7fffffff],
  ['high', -0x80000000, 0x7fffffff],
] as const;

function checkRanges(insn: Insn, index: number): void {
  for (const [field, min, max] of ranges) {
    const value = insn[field] ?? 0;
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new EncodeError(index, field, `${field} ${value} is outside ${min} … ${max}`);
    }
  }
  if ((insn.high !== undefined) !== isWide(insn)) {
    throw new EncodeError(
      index,
      'high',
      `opcode 0x${insn.opcode.toString(16)} and the presence of \`high\` disagree`,
    );
  }
}

/**
 * The instructions of a program. Every one is checked against the instruction set, reserved fields included, as
 * the kernel does before it verifies. @throws {MalformedProgramError} with the byte offset of the first flaw.
 */
export function decode(bytes: Uint8Array): Insn[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const insns: Insn[] = [];
  for (let at = 0; at < bytes.length; ) {
    const insn = decodeOne(view, at);
    const problem = describeMismatch(insn);
    if (problem !== undefined) throw new MalformedProgramError(at, problem);
    insns.push(insn);
    at += slotCount(insn) * slotSize;
  }
  return insns;
}

function decodeOne(view: DataView, at: number): Insn {
  const left = view.byteLength - at;
  if (left < slotSize) throw new MalformedProgramError(at, `the last instruction has ${left} of 8 bytes`);
  const registers = view.getUint8(at + 1);
  const narrow = {
    opcode: view.getUint8(at),
    dst: registers & 15,
    src: registers >> 4,
    offset: view.getInt16(at + 2, true),
    imm: view.getInt32(at + 4, true),
  };
  if (narrow.opcode !== wideOpcode) return narrow;
  if (left < 2 * slotSize)
    throw new MalformedProgramError(at, 'a 64-bit immediate load lacks its second half');
  if (view.getUint32(at + 8, true) !== 0) {
    throw new MalformedProgramError(
      at + 8,
      'the second half of a 64-bit immediate load has an opcode, register or offset',
    );
  }
  return { ...narrow, high: view.getInt32(at + 12, true) };
}
