/**
 * A constructor for each form of instruction: what the emitter and tests write instead of opcode bits. Sizes are
 * in bytes, offsets of jumps and local calls in slots from the following instruction. Ranges are checked when the
 * program is encoded.
 */
import type { Insn } from './instruction.ts';
import { wideOpcode } from './instruction.ts';
import {
  type AluOp,
  type AtomicOp,
  aluCode,
  atomicCode,
  type CompareOp,
  callKind,
  compareCode,
  endCode,
  jumpCode,
  type MemorySize,
  memoryMode,
  negCode,
  opcodeClass,
  operandSource,
  sizeBits,
  type Width,
  wideSource,
} from './opcode.ts';

const make = (opcode: number, dst: number, src: number, offset: number, imm: number): Insn => ({
  opcode,
  dst,
  src,
  offset,
  imm,
});

const aluClass = (width: Width): number => (width === 64 ? opcodeClass.alu64 : opcodeClass.alu);
const jumpClass = (width: Width): number => (width === 64 ? opcodeClass.jmp : opcodeClass.jmp32);

// Arithmetic. Width 32 clears the upper half of dst. sdiv and smod need ISA v4.

export function alu(width: Width, op: AluOp, dst: number, src: number): Insn {
  const { code, offset } = aluCode[op];
  return make(code | operandSource.x | aluClass(width), dst, src, offset, 0);
}
export function aluImm(width: Width, op: AluOp, dst: number, imm: number): Insn {
  const { code, offset } = aluCode[op];
  return make(code | operandSource.k | aluClass(width), dst, 0, offset, imm);
}
export const alu64 = (op: AluOp, dst: number, src: number): Insn => alu(64, op, dst, src);
export const alu64Imm = (op: AluOp, dst: number, imm: number): Insn => aluImm(64, op, dst, imm);
export const alu32 = (op: AluOp, dst: number, src: number): Insn => alu(32, op, dst, src);
export const alu32Imm = (op: AluOp, dst: number, imm: number): Insn => aluImm(32, op, dst, imm);
export const mov64 = (dst: number, src: number): Insn => alu(64, 'mov', dst, src);
/** The immediate is sign-extended to 64 bits. */
export const mov64Imm = (dst: number, imm: number): Insn => aluImm(64, 'mov', dst, imm);
export const mov32 = (dst: number, src: number): Insn => alu(32, 'mov', dst, src);
export const mov32Imm = (dst: number, imm: number): Insn => aluImm(32, 'mov', dst, imm);
/** Sign-extends the low `bits` of src to 64 (v4). */
export const movSigned64 = (dst: number, src: number, bits: 8 | 16 | 32): Insn => ({
  ...mov64(dst, src),
  offset: bits,
});
/** Sign-extends the low `bits` of src to 32 and clears the rest (v4). */
export const movSigned32 = (dst: number, src: number, bits: 8 | 16): Insn => ({
  ...mov32(dst, src),
  offset: bits,
});
export const neg = (width: Width, dst: number): Insn => make(negCode | aluClass(width), dst, 0, 0, 0);
export const neg64 = (dst: number): Insn => neg(64, dst);
export const neg32 = (dst: number): Insn => neg(32, dst);

// Byte order: of the low `bits` of dst, the rest becomes zero.

export type SwapBits = 16 | 32 | 64;
/** Swaps always (v4). */
export const byteSwap = (dst: number, bits: SwapBits): Insn =>
  make(endCode | opcodeClass.alu64, dst, 0, 0, bits);
/** Swaps on a little-endian host. */
export const toBigEndian = (dst: number, bits: SwapBits): Insn =>
  make(endCode | operandSource.x | opcodeClass.alu, dst, 0, 0, bits);
/** Only truncates on a little-endian host. */
export const toLittleEndian = (dst: number, bits: SwapBits): Insn =>
  make(endCode | opcodeClass.alu, dst, 0, 0, bits);

// Memory.

export const load = (size: MemorySize, dst: number, base: number, offset: number): Insn =>
  make(memoryMode.mem | sizeBits[size] | opcodeClass.ldx, dst, base, offset, 0);
/** Sign-extending load (v4). */
export const loadSigned = (size: 1 | 2 | 4, dst: number, base: number, offset: number): Insn =>
  make(memoryMode.memsx | sizeBits[size] | opcodeClass.ldx, dst, base, offset, 0);
export const store = (size: MemorySize, base: number, offset: number, src: number): Insn =>
  make(memoryMode.mem | sizeBits[size] | opcodeClass.stx, base, src, offset, 0);
/** The immediate is sign-extended for 8-byte stores and cut for small ones. */
export const storeImm = (size: MemorySize, base: number, offset: number, imm: number): Insn =>
  make(memoryMode.mem | sizeBits[size] | opcodeClass.st, base, 0, offset, imm);

const atomicInsn = (size: MemorySize, base: number, offset: number, src: number, imm: number): Insn =>
  make(memoryMode.atomic | sizeBits[size] | opcodeClass.stx, base, src, offset, imm);
export const atomic = (op: AtomicOp, size: 4 | 8, base: number, offset: number, src: number): Insn =>
  atomicInsn(size, base, offset, src, atomicCode[op]);
/** The old value replaces src (v3). */
export const atomicFetch = (op: AtomicOp, size: 4 | 8, base: number, offset: number, src: number): Insn =>
  atomicInsn(size, base, offset, src, atomicCode[op] | atomicCode.fetch);
/** Exchanges memory and src (v3). */
export const atomicExchange = (size: 4 | 8, base: number, offset: number, src: number): Insn =>
  atomicInsn(size, base, offset, src, atomicCode.xchg);
/** Stores src when memory equals r0; r0 becomes the old value (v3). */
export const atomicCompareExchange = (size: 4 | 8, base: number, offset: number, src: number): Insn =>
  atomicInsn(size, base, offset, src, atomicCode.cmpxchg);
/** Linux 6.15. */
export const loadAcquire = (size: MemorySize, dst: number, base: number, offset: number): Insn =>
  atomicInsn(size, dst, offset, base, atomicCode.loadAcquire);
/** Linux 6.15. */
export const storeRelease = (size: MemorySize, base: number, offset: number, src: number): Insn =>
  atomicInsn(size, base, offset, src, atomicCode.storeRelease);

// 64-bit immediate loads: two slots.

const wide = (dst: number, src: number, imm: number, high: number): Insn => ({
  ...make(wideOpcode, dst, src, 0, imm),
  high,
});
/** Any value from -2^63 to 2^64 - 1. */
export const ldImm64 = (dst: number, value: bigint): Insn =>
  wide(dst, wideSource.imm, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
/** The map itself; kscope's programs hold 0 here and a relocation names the map. */
export const ldMapFd = (dst: number, fd: number): Insn => wide(dst, wideSource.mapFd, fd, 0);
/** Address of byte `offset` in element 0 of an array map. */
export const ldMapValue = (dst: number, fd: number, offset: number): Insn =>
  wide(dst, wideSource.mapValue, fd, offset);
/** Address of a kernel variable. */
export const ldBtfId = (dst: number, btfId: number, btfFd = 0): Insn =>
  wide(dst, wideSource.btfId, btfId, btfFd);
/** Address of a local function, `distance` slots behind the *first* slot of this load, plus one. */
export const ldFunction = (dst: number, distance: number): Insn => wide(dst, wideSource.func, distance, 0);
/** As {@link ldMapFd} with an index in BPF_PROG_LOAD's fd_array. */
export const ldMapIndex = (dst: number, index: number): Insn => wide(dst, wideSource.mapIdx, index, 0);
export const ldMapIndexValue = (dst: number, index: number, offset: number): Insn =>
  wide(dst, wideSource.mapIdxValue, index, offset);

// Control flow.

export const jump = (offset: number): Insn => make(jumpCode.ja | opcodeClass.jmp, 0, 0, offset, 0);
/** 32-bit distance: gotol (v4). */
export const jumpLong = (offset: number): Insn => make(jumpCode.ja | opcodeClass.jmp32, 0, 0, 0, offset);
export const jumpCond = (op: CompareOp, width: Width, a: number, b: number, offset: number): Insn =>
  make(compareCode[op] | operandSource.x | jumpClass(width), a, b, offset, 0);
export const jumpCondImm = (op: CompareOp, width: Width, a: number, imm: number, offset: number): Insn =>
  make(compareCode[op] | operandSource.k | jumpClass(width), a, 0, offset, imm);
/** Leaves a loop when the kernel's iteration budget is used up (Linux 6.9). */
export const mayGoto = (offset: number): Insn => make(jumpCode.jcond | opcodeClass.jmp, 0, 0, offset, 0);
export const call = (helper: number): Insn =>
  make(jumpCode.call | opcodeClass.jmp, 0, callKind.helper, 0, helper);
export const callLocal = (distance: number): Insn =>
  make(jumpCode.call | opcodeClass.jmp, 0, callKind.local, 0, distance);
/** `fdIndex`: which BTF of fd_array the id belongs to; 0 is vmlinux. */
export const callKfunc = (btfId: number, fdIndex = 0): Insn =>
  make(jumpCode.call | opcodeClass.jmp, 0, callKind.kfunc, fdIndex, btfId);
export const exit = (): Insn => make(jumpCode.exit | opcodeClass.jmp, 0, 0, 0, 0);
