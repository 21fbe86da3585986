/** Conditions as control flow: comparisons branch directly, `&&` and `||` short-circuit, strings compare word by word. */

import { sizeOf } from '../../program/layout.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import type { BlockId, ValueId } from '../ir.ts';
import { compareOperator } from './arithmetic.ts';
import type { Lowering } from './lowering.ts';
import { compareMemory } from './memory.ts';
import { branchOnStrings } from './strings.ts';

/** Jumps to `yes` when the expression is not zero, else to `no`. Both stay open for more predecessors. */
export function lowerCondition(l: Lowering, e: TypedExpression, yes: BlockId, no: BlockId): void {
  switch (e.op) {
    case 'constant':
      return l.b.jump(e.value !== 0n ? yes : no);
    case 'not':
      return lowerCondition(l, e.operand, no, yes);
    case 'logic': {
      const middle = l.b.block();
      if (e.operator === '&&') lowerCondition(l, e.left, middle, no);
      else lowerCondition(l, e.left, yes, middle);
      l.b.switchTo(middle);
      return lowerCondition(l, e.right, yes, no);
    }
    case 'compare':
      return l.b.branch(compareOperator(e), l.value(e.left), l.value(e.right), yes, no);
    case 'compare-strings':
      return e.operator === '=='
        ? branchOnStrings(l, e.left, e.right, yes, no)
        : branchOnStrings(l, e.left, e.right, no, yes);
    case 'compare-memory': {
      const equal = compareMemory(l, l.place(e.left), l.place(e.right), sizeOf(e.left.type));
      return e.operator === '=='
        ? l.b.branch('ne', equal, 0n, yes, no)
        : l.b.branch('ne', equal, 0n, no, yes);
    }
    default:
      return l.b.branch('ne', l.value(e), 0n, yes, no);
  }
}

/** 1 or 0 of an expression that is control flow by nature. */
export function truthValue(l: Lowering, e: TypedExpression): ValueId {
  const [yes, no, on] = [l.b.block(), l.b.block(), l.b.block()];
  const result = l.b.variable();
  lowerCondition(l, e, yes, no);
  for (const [block, value] of [
    [yes, 1n],
    [no, 0n],
  ] as const) {
    l.b.switchTo(block);
    l.b.write(result, value);
    l.b.jump(on);
  }
  l.b.switchTo(on);
  return l.b.read(result);
}
