/**
 * What each operator computes, exactly as BPF defines it (RFC 9669 section 4.1 and 4.3): division by zero gives
 * 0, modulo by zero gives the dividend, shift counts are taken modulo the width, 32-bit results are
 * zero-extended. Values are 64-bit patterns held as *unsigned* bigints. The one definition that constant folding
 * and the reference evaluator share.
 */
import type { BinaryOp, CompareOp, UnaryOp, Width } from '../ir.ts';

type Binary = (a: bigint, b: bigint, width: Width) => bigint;
const signed = (value: bigint, width: number): bigint => BigInt.asIntN(width, value);
const shift = (b: bigint, width: Width): bigint => b & BigInt(width - 1);

const binary: { readonly [op in BinaryOp]: Binary } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => (b === 0n ? 0n : a / b),
  mod: (a, b) => (b === 0n ? a : a % b),
  sdiv: (a, b, width) => (b === 0n ? 0n : signed(a, width) / signed(b, width)),
  smod: (a, b, width) => (b === 0n ? a : signed(a, width) % signed(b, width)),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  lsh: (a, b, width) => a << shift(b, width),
  rsh: (a, b, width) => a >> shift(b, width),
  arsh: (a, b, width) => signed(a, width) >> shift(b, width),
};

export function evaluateBinary(op: BinaryOp, width: Width, a: bigint, b: bigint): bigint {
  return BigInt.asUintN(width, binary[op](BigInt.asUintN(width, a), BigInt.asUintN(width, b), width));
}

const compare: { readonly [op in CompareOp]: (a: bigint, b: bigint, width: Width) => boolean } = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  sgt: (a, b, width) => signed(a, width) > signed(b, width),
  sge: (a, b, width) => signed(a, width) >= signed(b, width),
  slt: (a, b, width) => signed(a, width) < signed(b, width),
  sle: (a, b, width) => signed(a, width) <= signed(b, width),
  set: (a, b) => (a & b) !== 0n,
};

export function evaluateCompare(op: CompareOp, width: Width, a: bigint, b: bigint): boolean {
  return compare[op](BigInt.asUintN(width, a), BigInt.asUintN(width, b), width);
}

function swapBytes(value: bigint, bytes: number): bigint {
  let result = 0n;
  for (let i = 0; i < bytes; i++) result = (result << 8n) | ((value >> BigInt(8 * i)) & 0xffn);
  return result;
}

const unary: { readonly [op in UnaryOp]: (a: bigint) => bigint } = {
  neg: (a) => -a,
  sext8: (a) => BigInt.asIntN(8, a),
  sext16: (a) => BigInt.asIntN(16, a),
  sext32: (a) => BigInt.asIntN(32, a),
  zext8: (a) => BigInt.asUintN(8, a),
  zext16: (a) => BigInt.asUintN(16, a),
  zext32: (a) => BigInt.asUintN(32, a),
  bswap16: (a) => swapBytes(a, 2),
  bswap32: (a) => swapBytes(a, 4),
  bswap64: (a) => swapBytes(a, 8),
};

export function evaluateUnary(op: UnaryOp, a: bigint): bigint {
  return BigInt.asUintN(64, unary[op](a));
}

/** `a op b` is `b swapped(op) a`. */
export const swappedCompare: { readonly [op in CompareOp]: CompareOp } = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
  sgt: 'slt',
  sge: 'sle',
  slt: 'sgt',
  sle: 'sge',
  set: 'set',
};

/** `!(a op b)` is `a inverse(op) b`; `set` has none. */
export const inverseCompare: { readonly [op in CompareOp]: CompareOp | undefined } = {
  eq: 'ne',
  ne: 'eq',
  gt: 'le',
  ge: 'lt',
  lt: 'ge',
  le: 'gt',
  sgt: 'sle',
  sge: 'slt',
  slt: 'sge',
  sle: 'sgt',
  set: undefined,
};
