/** Rules for extensions, negation and byte swaps. */

import { evaluateUnary } from '../../ir/arithmetic.ts';
import type { BinaryOp } from '../../ir.ts';
import { constantResult, type FoldContext, type Folded, type Unary } from './context.ts';

type Rule = (i: Unary, c: FoldContext) => Folded;

interface Extension {
  readonly signed: boolean;
  readonly bits: number;
}
function extensionOf(i: Unary | undefined): Extension | undefined {
  const match = i && /^([sz])ext(\d+)$/.exec(i.operator);
  return match ? { signed: match[1] === 's', bits: Number(match[2]) } : undefined;
}

const foldConstant: Rule = (i, c) => {
  const a = c.constant(i.a);
  return a === undefined ? undefined : constantResult(i, evaluateUnary(i.operator, a));
};

const twice: Rule = (i, c) => {
  const inner = c.unaryOf(i.a);
  if (!inner || inner.operator !== i.operator) return undefined;
  return i.operator === 'neg' || i.operator === 'bswap64' ? inner.a : undefined;
};

/** The bits above are zero already. */
const superfluous: Rule = (i, c) => {
  const extension = extensionOf(i);
  if (!extension) return undefined;
  const width = c.bits.width(i.a);
  return width < extension.bits || (width === extension.bits && !extension.signed) ? i.a : undefined;
};

const ofExtension: Rule = (i, c) => {
  const outer = extensionOf(i);
  const source = c.unaryOf(i.a);
  const inner = extensionOf(source);
  if (!outer || !source || !inner) return undefined;
  // The outer one looks only at bits that the inner one left alone.
  if (inner.bits >= outer.bits) return { ...i, a: source.a };
  // Sign extension of what is sign-extended from fewer bits changes nothing.
  return inner.signed && outer.signed ? i.a : undefined;
};

/** A signed load of that many bits, or fewer, is sign-extended. */
const ofSignedLoad: Rule = (i, c) => {
  const outer = extensionOf(i);
  const load = c.definition(i.a);
  return outer?.signed && load?.op === 'load' && load.signed && load.size * 8 <= outer.bits ? i.a : undefined;
};

/** Truncation of a sum is a sum of 32 bits. */
const narrowable: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['add', 'sub', 'mul', 'and', 'or', 'xor']);
const ofWideArithmetic: Rule = (i, c) => {
  const inner = c.definition(i.a);
  if (i.operator !== 'zext32' || inner?.op !== 'binary' || inner.width !== 64) return undefined;
  return narrowable.has(inner.operator) && c.usedOnce(i.a)
    ? { ...inner, width: 32, result: i.result }
    : undefined;
};

/** Truncation of masked bits, where the mask keeps all that the truncation keeps. */
const ofMask: Rule = (i, c) => {
  const outer = extensionOf(i);
  const mask = outer && c.binaryOf(i.a, 'and');
  const bits = mask && c.constant(mask.b);
  if (!outer || !mask || bits === undefined) return undefined;
  const needed = (1n << BigInt(outer.bits)) - 1n;
  return mask.width >= outer.bits && (BigInt.asUintN(64, bits) & needed) === needed
    ? { ...i, a: mask.a }
    : undefined;
};

export const unaryRules: readonly Rule[] = [
  foldConstant,
  twice,
  superfluous,
  ofExtension,
  ofSignedLoad,
  ofWideArithmetic,
  ofMask,
];
