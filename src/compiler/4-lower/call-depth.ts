/**
 * How deep functions of a program call each other, and what that leaves each of them of the 512 bytes of stack that
 * the kernel gives to the whole chain. Registers are spilled to the stack too, so a share is kept for that.
 */
import { bodiesIn, type IsFunction } from '../3-check/variable-uses.ts';

/** Levels of functions below the entry. */
export function callDepth(body: readonly unknown[], isFunction: IsFunction): number {
  const depths = bodiesIn(body).map((one) => {
    if (one.op === 'call-function') return callDepth(one.function.body, isFunction) + 1;
    return callDepth(one.body, isFunction) + (isFunction(one) ? 1 : 0);
  });
  return Math.max(0, ...depths);
}

const chainBytes = 512;
const spillBytes = 64;
/** A program of one function spills more, but has the stack to itself. */
const aloneBudget = 288;
const leastBudget = 16;

export function stackBudgetFor(depth: number): number {
  if (depth === 0) return aloneBudget;
  const share = Math.floor(chainBytes / (depth + 1)) - spillBytes;
  return Math.max(leastBudget, share & ~7);
}
