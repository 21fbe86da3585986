/** Rules for two-operand arithmetic, tried in order. Each must hold for all inputs, division by zero included. */

import { evaluateBinary } from '../../ir/arithmetic.ts';
import type { BinaryOp, Instruction, UnaryOp, ValueId } from '../../ir.ts';
import { type Binary, constantResult, type FoldContext, type Folded, powerOfTwo } from './context.ts';

type Rule = (i: Binary, c: FoldContext) => Folded;

const commutative: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['add', 'mul', 'and', 'or', 'xor']);
const associative: ReadonlySet<BinaryOp> = commutative;

/** `a`, cut to the width of the operation. */
function truncated(i: Binary, a: ValueId, c: FoldContext): Folded {
  if (i.width === 64 || c.isNarrow(a)) return a;
  return { op: 'unary', operator: 'zext32', result: i.result, a };
}

const ofWidth = (i: Binary, value: bigint | undefined) =>
  value === undefined ? undefined : BigInt.asIntN(i.width, value);
const withConstant = (i: Binary, operator: BinaryOp, a: ValueId, b: bigint, c: FoldContext): Instruction => ({
  ...i,
  operator,
  a,
  b: c.const(b),
});

const foldConstants: Rule = (i, c) => {
  const [a, b] = [c.constant(i.a), c.constant(i.b)];
  if (a === undefined || b === undefined) return undefined;
  return constantResult(i, evaluateBinary(i.operator, i.width, a, b));
};

const constantGoesRight: Rule = (i, c) => {
  if (!commutative.has(i.operator) || c.constant(i.a) === undefined || c.constant(i.b) !== undefined)
    return undefined;
  return { ...i, a: i.b, b: i.a };
};

/** x op neutral = x */
const neutral: Partial<Record<BinaryOp, bigint>> = {
  add: 0n,
  sub: 0n,
  or: 0n,
  xor: 0n,
  lsh: 0n,
  rsh: 0n,
  mul: 1n,
  div: 1n,
  sdiv: 1n,
  and: -1n,
  mod: 0n,
};
const dropNeutral: Rule = (i, c) => {
  const b = ofWidth(i, c.constant(i.b));
  return b !== undefined && b === neutral[i.operator] ? truncated(i, i.a, c) : undefined;
};

/** x op absorbing = 0 */
const absorbing: Partial<Record<BinaryOp, bigint>> = {
  and: 0n,
  mul: 0n,
  mod: 1n,
  smod: 1n,
  div: 0n,
  sdiv: 0n,
};
const absorb: Rule = (i, c) => {
  const b = ofWidth(i, c.constant(i.b));
  return b !== undefined && b === absorbing[i.operator] ? constantResult(i, 0n) : undefined;
};

const sameOperands: Rule = (i, c) => {
  if (i.a !== i.b) return undefined;
  if (i.operator === 'sub' || i.operator === 'xor') return constantResult(i, 0n);
  return i.operator === 'and' || i.operator === 'or' ? truncated(i, i.a, c) : undefined;
};

const powersOfTwo: Rule = (i, c) => {
  const b = c.constant(i.b);
  const k = b === undefined ? undefined : powerOfTwo(BigInt.asUintN(i.width, b));
  if (k === undefined) return undefined;
  switch (i.operator) {
    case 'mul':
      return withConstant(i, 'lsh', i.a, k, c);
    case 'div':
      return withConstant(i, 'rsh', i.a, k, c);
    case 'mod':
      return withConstant(i, 'and', i.a, (1n << k) - 1n, c);
    case 'sdiv':
      return signedShift(i, k, c);
    case 'smod':
      return c.bits.width(i.a) < i.width && k < BigInt(i.width - 1) ? { ...i, operator: 'mod' } : undefined;
    default:
      return undefined;
  }
};

/** Rounds towards zero: negative numbers get 2^k - 1 added before the shift. */
function signedShift(i: Binary, k: bigint, c: FoldContext): Folded {
  if (k === 0n || k >= BigInt(i.width - 1)) return undefined;
  if (c.bits.width(i.a) < i.width) return { ...i, operator: 'div' };
  if (i.width !== 64) return undefined;
  const sign = c.binary('arsh', i.a, c.const(63n));
  const bias = c.binary('rsh', sign, c.const(64n - k));
  return withConstant(i, 'arsh', c.binary('add', i.a, bias), k, c);
}

/** A mask that leaves all bits that can be set. */
const uselessMask: Rule = (i, c) => {
  const mask = c.constant(i.b);
  if (i.operator !== 'and' || mask === undefined) return undefined;
  const width = c.bits.width(i.a);
  const possible = (1n << BigInt(width)) - 1n;
  if (width <= i.width && (BigInt.asUintN(64, mask) & possible) === possible) return i.a;
  return i.width === 64 && BigInt.asUintN(64, mask) === 0xffff_ffffn
    ? { op: 'unary', operator: 'zext32', result: i.result, a: i.a }
    : undefined;
};

/** Subtraction of a constant is addition, which chains. */
const subtractConstant: Rule = (i, c) => {
  const b = c.constant(i.b);
  return i.operator === 'sub' && b !== undefined ? withConstant(i, 'add', i.a, -b, c) : undefined;
};

const subtractFromZero: Rule = (i, c) =>
  i.operator === 'sub' && i.width === 64 && c.constant(i.a) === 0n
    ? { op: 'unary', operator: 'neg', result: i.result, a: i.b }
    : undefined;

/** (x op p) op q = x op (p op q) */
const chainConstants: Rule = (i, c) => {
  const q = c.constant(i.b);
  const inner = associative.has(i.operator) ? c.binaryOf(i.a, i.operator) : undefined;
  const p = inner && c.constant(inner.b);
  if (q === undefined || p === undefined || !inner || inner.width !== i.width || !c.usedOnce(i.a))
    return undefined;
  return withConstant(i, i.operator, inner.a, evaluateBinary(i.operator, i.width, p, q), c);
};

const chainShifts: Rule = (i, c) => {
  if (i.operator !== 'lsh' && i.operator !== 'rsh') return undefined;
  const inner = c.binaryOf(i.a, i.operator);
  const [p, q] = [inner && c.constant(inner.b), c.constant(i.b)];
  if (p === undefined || q === undefined || !inner || inner.width !== i.width) return undefined;
  const mask = BigInt(i.width - 1);
  const total = (p & mask) + (q & mask);
  return total > mask ? constantResult(i, 0n) : withConstant(i, i.operator, inner.a, total, c);
};

const extensions: Readonly<Record<string, { readonly rsh: UnaryOp; readonly arsh: UnaryOp }>> = {
  56: { rsh: 'zext8', arsh: 'sext8' },
  48: { rsh: 'zext16', arsh: 'sext16' },
  32: { rsh: 'zext32', arsh: 'sext32' },
};
/** (x << 48) >> 48 */
const shiftPair: Rule = (i, c) => {
  if ((i.operator !== 'rsh' && i.operator !== 'arsh') || i.width !== 64) return undefined;
  const inner = c.binaryOf(i.a, 'lsh');
  const by = c.constant(i.b);
  if (inner?.width !== 64 || by === undefined || c.constant(inner.b) !== by) return undefined;
  const operator = extensions[`${by}`]?.[i.operator];
  return operator ? { op: 'unary', operator, result: i.result, a: inner.a } : undefined;
};

/** The address of a later byte in a map's value. */
const mapValueOffset: Rule = (i, c) => {
  const base = i.operator === 'add' && i.width === 64 ? c.definition(i.a) : undefined;
  const by = c.constant(i.b);
  if (base?.op !== 'map-value' || by === undefined || by < 0n || by > 0x1000_0000n) return undefined;
  return { ...base, result: i.result, offset: base.offset + Number(by) };
};

/** Operations of 32 bits do not see what an extension did above. */
const seesLowBitsOnly: Rule = (i, c) => {
  const ignores = i.width === 32 && i.operator !== 'lsh' && i.operator !== 'rsh' && i.operator !== 'arsh';
  if (!ignores) return undefined;
  const below = (value: ValueId) => {
    const inner = c.unaryOf(value);
    return inner?.operator === 'zext32' || inner?.operator === 'sext32' ? inner.a : value;
  };
  const [a, b] = [below(i.a), below(i.b)];
  return a === i.a && b === i.b ? undefined : { ...i, a, b };
};

export const binaryRules: readonly Rule[] = [
  foldConstants,
  constantGoesRight,
  dropNeutral,
  absorb,
  sameOperands,
  powersOfTwo,
  uselessMask,
  subtractConstant,
  subtractFromZero,
  chainConstants,
  chainShifts,
  shiftPair,
  mapValueOffset,
  seesLowBitsOnly,
];
