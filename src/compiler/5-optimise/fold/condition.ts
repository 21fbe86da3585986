/** Rules for comparisons, whether their result is a value or decides a branch. */

import { evaluateCompare, inverseCompare, swappedCompare } from '../../ir/arithmetic.ts';
import type { CompareOp } from '../../ir.ts';
import { type Condition, type FoldContext, powerOfTwo } from './context.ts';

/** A known outcome, a better comparison, or the opposite of one (`set` has no inverse of its own). */
export type FoldedCondition = boolean | Condition | { readonly not: Condition } | undefined;
type Rule = (i: Condition, c: FoldContext) => FoldedCondition;

const foldConstants: Rule = (i, c) => {
  const [a, b] = [c.constant(i.a), c.constant(i.b)];
  return a === undefined || b === undefined ? undefined : evaluateCompare(i.operator, i.width, a, b);
};

const constantGoesRight: Rule = (i, c) =>
  c.constant(i.a) !== undefined ? { ...i, operator: swappedCompare[i.operator], a: i.b, b: i.a } : undefined;

const reflexive: ReadonlySet<CompareOp> = new Set<CompareOp>(['eq', 'ge', 'le', 'sge', 'sle']);
const sameOperands: Rule = (i, c) => {
  if (i.a !== i.b) return undefined;
  return i.operator === 'set' ? { ...i, operator: 'ne', b: c.const(0n) } : reflexive.has(i.operator);
};

const constantOf = (i: Condition, c: FoldContext): bigint | undefined => {
  const b = c.constant(i.b);
  return b === undefined ? undefined : BigInt.asIntN(i.width, b);
};

/** x < 1 and the like ask for zero. */
const askForZero: Rule = (i, c) => {
  const b = constantOf(i, c);
  const zero = (operator: CompareOp): Condition => ({ ...i, operator, b: c.const(0n) });
  if (b === 0n && i.operator === 'le') return zero('eq');
  if (b === 0n && i.operator === 'gt') return zero('ne');
  if (b === 0n && i.operator === 'ge') return true;
  if (b === 0n && (i.operator === 'lt' || i.operator === 'set')) return false;
  if (b === 1n && i.operator === 'lt') return zero('eq');
  if (b === 1n && i.operator === 'ge') return zero('ne');
  return b === -1n && i.operator === 'set' ? zero('ne') : undefined;
};

/** Unsigned comparison with more than the bits can make. */
const outOfReach: Rule = (i, c) => {
  const b = c.constant(i.b);
  const width = c.bits.width(i.a);
  if (b === undefined || width >= i.width) return undefined;
  const limit = BigInt.asUintN(i.width, b);
  if (limit >> BigInt(width) === 0n) return undefined;
  if (i.operator === 'lt' || i.operator === 'le' || i.operator === 'ne') return true;
  return i.operator === 'gt' || i.operator === 'ge' || i.operator === 'eq' ? false : undefined;
};

/** Is the outcome of a comparison (1 or 0) true? */
const ofComparison: Rule = (i, c) => {
  const inner = c.definition(i.a);
  const b = c.constant(i.b);
  if (inner?.op !== 'compare' || (i.operator !== 'eq' && i.operator !== 'ne') || (b !== 0n && b !== 1n))
    return undefined;
  const same = (i.operator === 'ne') === (b === 0n);
  const condition = { operator: inner.operator, width: inner.width, a: inner.a, b: inner.b };
  return same ? condition : { not: condition };
};

/** (x & mask) != 0 is one instruction. */
const ofMask: Rule = (i, c) => {
  const mask = c.binaryOf(i.a, 'and');
  if (!mask || constantOf(i, c) !== 0n || (i.operator !== 'eq' && i.operator !== 'ne') || !c.usedOnce(i.a))
    return undefined;
  if (i.width === 32 ? false : mask.width === 32) return undefined;
  const set: Condition = { operator: 'set', width: i.width, a: mask.a, b: mask.b };
  return i.operator === 'ne' ? set : { not: set };
};

/** x + p == q, x - y == 0, x ^ y == 0 */
const ofSum: Rule = (i, c) => {
  const inner = c.definition(i.a);
  const q = c.constant(i.b);
  if (inner?.op !== 'binary' || q === undefined || inner.width !== i.width) return undefined;
  if (i.operator !== 'eq' && i.operator !== 'ne') return undefined;
  const p = c.constant(inner.b);
  if (inner.operator === 'add' && p !== undefined && c.usedOnce(i.a)) {
    return { ...i, a: inner.a, b: c.const(BigInt.asIntN(i.width, q - p)) };
  }
  const difference = inner.operator === 'sub' || inner.operator === 'xor';
  return difference && BigInt.asUintN(i.width, q) === 0n ? { ...i, a: inner.a, b: inner.b } : undefined;
};

/** Comparisons of 32 bits do not see what an extension did above. */
const seesLowBitsOnly: Rule = (i, c) => {
  if (i.width !== 32) return undefined;
  const inner = c.unaryOf(i.a);
  return inner?.operator === 'zext32' || inner?.operator === 'sext32' ? { ...i, a: inner.a } : undefined;
};

/** Comparison with 2^k beyond the immediates is a question about the bits from k on. */
const wideBound: Rule = (i, c) => {
  const b = c.constant(i.b);
  if (b === undefined || i.width !== 64) return undefined;
  const inclusive = i.operator === 'gt' || i.operator === 'le'; // x > 2^k - 1
  if (!inclusive && i.operator !== 'ge' && i.operator !== 'lt') return undefined;
  const k = powerOfTwo(inclusive ? b + 1n : b);
  if (k === undefined || k < 31n) return undefined;
  const above = i.operator === 'ge' || i.operator === 'gt';
  return { ...i, operator: above ? 'ne' : 'eq', a: c.binary('rsh', i.a, c.const(k)), b: c.const(0n) };
};

/** Sign extension from 32 bits keeps every order: compare before it. */
const belowSignExtension: Rule = (i, c) => {
  const b = c.constant(i.b);
  if (i.width !== 64 || b === undefined || BigInt.asIntN(32, b) !== b || i.operator === 'set')
    return undefined;
  const inner = c.definition(i.a);
  if (inner?.op === 'load' && inner.signed && inner.size === 4) return { ...i, width: 32 };
  return inner?.op === 'unary' && inner.operator === 'sext32' ? { ...i, width: 32, a: inner.a } : undefined;
};

const rules: readonly Rule[] = [
  foldConstants,
  constantGoesRight,
  sameOperands,
  askForZero,
  outOfReach,
  ofComparison,
  ofMask,
  ofSum,
  wideBound,
  belowSignExtension,
  seesLowBitsOnly,
];

export interface SettledCondition {
  readonly condition: Condition;
  /** The comparison asked for is the opposite of `condition`. */
  readonly negated: boolean;
}

/** Applies the rules until none does: a known outcome, or the simplest form. */
export function foldCondition(original: Condition, c: FoldContext): boolean | SettledCondition {
  let condition = original;
  let negated = false;
  for (let round = 0; round < 16; round++) {
    const folded = firstOf(condition, c);
    if (folded === undefined) break;
    if (typeof folded === 'boolean') return folded !== negated;
    if ('not' in folded) negated = !negated;
    condition = 'not' in folded ? folded.not : folded;
  }
  const inverse = negated ? inverseCompare[condition.operator] : undefined;
  return inverse
    ? { condition: { ...condition, operator: inverse }, negated: false }
    : { condition, negated };
}

function firstOf(condition: Condition, c: FoldContext): FoldedCondition {
  for (const rule of rules) {
    const folded = rule(condition, c);
    if (folded !== undefined) return folded;
  }
  return undefined;
}
