/**
 * A few instructions for this folder's tests and for feature probes, spelt by opcode: `kernel/` may not import the
 * assembler, and a probe must contain exactly the instruction it asks about.
 */

/** One instruction: opcode, destination and source register, offset, immediate. */
export function insn(opcode: number, dst = 0, src = 0, offset = 0, immediate = 0): readonly number[] {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, opcode);
  view.setUint8(1, dst | (src << 4));
  view.setInt16(2, offset, true);
  view.setInt32(4, immediate, true);
  return [...bytes];
}

export const movImmediate = (dst: number, value: number) => insn(0xb7, dst, 0, 0, value);
export const movRegister = (dst: number, src: number) => insn(0xbf, dst, src);
export const addImmediate = (dst: number, value: number) => insn(0x07, dst, 0, 0, value);
export const storeImmediate64 = (dst: number, offset: number, value: number) =>
  insn(0x7a, dst, 0, offset, value);
export const load64 = (dst: number, src: number, offset: number) => insn(0x79, dst, src, offset);
export const call = (helper: number) => insn(0x85, 0, 0, 0, helper);
export const exit = () => insn(0x95);
/** `lddw dst, …` with a pseudo source: two slots. */
export const load64Immediate = (dst: number, pseudo: number, low: number, high = 0) => [
  ...insn(0x18, dst, pseudo, 0, low),
  ...insn(0, 0, 0, 0, high),
];

export function code(...instructions: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(instructions.flat());
}

export const returnValue = (value: number) => code(movImmediate(0, value), exit());
