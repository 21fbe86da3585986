/**
 * The memory by which programs in the kernel unwind stacks of user programs without frame pointers (x86-64): written
 * by the runtime, read by the code that the compiler makes. See docs/unwinding.md for the whole.
 *
 * A row, eight bytes, says how the caller's frame is found for the code from its address on: u32 address (relative
 * to the binary's base), u16 distance of the canonical frame address (CFA) in words, u8 kind, s8 place of the saved
 * base pointer from the CFA in words, 0 for one that was not saved. The return address is the word below the CFA.
 */

export const rowSize = 8;

/** How the CFA is found; the numbers are part of the code in the kernel. */
export const rowKinds = {
  /** Nothing is known here: the stack is cut. */
  none: 0,
  /** Distance from the stack pointer. */
  stackPointer: 1,
  /** Distance from the base pointer. */
  basePointer: 2,
  /** The word at that distance from the base pointer: in functions that align their stack. */
  behindBasePointer: 3,
  /** An entry of the procedure linkage table: by the place in its sixteen bytes something has been pushed or not. */
  linkage: 4,
  /** The outermost frame: nobody called this. */
  outermost: 5,
  /** The word at that distance from the stack pointer, and a word: where code wrote in assembler keeps the old one. */
  behindStackPointer: 7,
  /** The kernel put the registers of the interrupted code on the stack (struct ucontext). */
  signal: 6,
} as const;

/** As the place of the saved base pointer: it is saved at the address that it holds itself. */
export const savedAtItself = -128;

/** Where struct rt_sigframe has what the interrupted code's frame is found by, from the stack pointer on. */
export const signalFrame = { base: 120, stack: 160, instruction: 168 } as const;

/** An executable mapping of a process; those of a process stand ascending by `start`. */
export const MappingLayout = {
  start: 0,
  end: 8,
  /** What to subtract from an address for that of the rows. */
  bias: 16,
  firstRow: 24,
  rowCount: 28,
  size: 32,
} as const;

/** A process has two such tables: one that is used, one to be written. */
export const mappingsPerTable = 512;
export const mostProcesses = 32;
export const mappingCapacity = mappingsPerTable * 2 * mostProcesses;

/** Value of the hash from process to mappings: u32 first, u32 count. */
export const ProcessLayout = { first: 0, count: 4, size: 8 } as const;

/** A stack as it is kept: u32 number of frames, u32 why it ends, then the addresses, innermost first. */
export const StackLayout = { count: 0, end: 4, frames: 8 } as const;
export const stackValueSize = (limit: number) => StackLayout.frames + limit * 8;

/** Why a stack ends. */
export const stackEnds = {
  /** At the outermost frame, or at the wanted number of frames. */
  complete: 0,
  /** The process, or the code at this address, has no table. */
  noTable: 1,
  /** The table does not say, or by a rule that is not followed. */
  noRule: 2,
  /** The stack could not be read. */
  unreadable: 3,
} as const;
