/**
 * Arithmetic of RFC 9669, section 4. Values are unsigned bigints of the given width; whatever a function returns is
 * cut to that width by the caller, which makes every overflow wrap.
 */
import type { AluOp, CompareOp } from '../../opcode.ts';

type Arithmetic = (a: bigint, b: bigint, bits: number) => bigint;

const signed = (value: bigint, bits: number): bigint => BigInt.asIntN(bits, value);
/** Shift counts use only as many bits as the width has. */
const count = (value: bigint, bits: number): bigint => value & BigInt(bits - 1);

/** Division by zero gives 0, modulo by zero the dividend: the verifier patches programs so. */
export const arithmetic: { readonly [op in AluOp]: Arithmetic } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => (b === 0n ? 0n : a / b),
  sdiv: (a, b, bits) => (b === 0n ? 0n : signed(a, bits) / signed(b, bits)),
  mod: (a, b) => (b === 0n ? a : a % b),
  smod: (a, b, bits) => (b === 0n ? a : signed(a, bits) % signed(b, bits)),
  or: (a, b) => a | b,
  and: (a, b) => a & b,
  xor: (a, b) => a ^ b,
  lsh: (a, b, bits) => a << count(b, bits),
  rsh: (a, b, bits) => a >> count(b, bits),
  arsh: (a, b, bits) => signed(a, bits) >> count(b, bits),
  mov: (_, b) => b,
};

type Comparison = (a: bigint, b: bigint, bits: number) => boolean;

export const comparison: { readonly [op in CompareOp]: Comparison } = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  set: (a, b) => (a & b) !== 0n,
  sgt: (a, b, bits) => signed(a, bits) > signed(b, bits),
  sge: (a, b, bits) => signed(a, bits) >= signed(b, bits),
  slt: (a, b, bits) => signed(a, bits) < signed(b, bits),
  sle: (a, b, bits) => signed(a, bits) <= signed(b, bits),
};

/** Reverses the low `bits`; the rest becomes zero. */
export function swapBytes(value: bigint, bits: number): bigint {
  let rest = BigInt.asUintN(bits, value);
  let swapped = 0n;
  for (let i = 0; i < bits; i += 8) {
    swapped = (swapped << 8n) | (rest & 0xffn);
    rest >>= 8n;
  }
  return swapped;
}
