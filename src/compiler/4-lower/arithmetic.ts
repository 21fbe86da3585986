/** Integer arithmetic and comparison. Division by zero gives 1 and a run-time warning, as the language says. */
import type { TypedExpression } from '../3-check/typed.ts';
import type { BinaryOp, CompareOp, ValueId } from '../ir.ts';
import { runtimeTexts } from '../messages/catalogue/runtime.ts';
import { runtimeWarning } from './events.ts';
import { addressed, pointerAsNumber } from './kernel-pointers.ts';
import type { Lowering } from './lowering.ts';
import { scalarSigned } from './scalars.ts';

type Of<Op extends TypedExpression['op']> = Extract<TypedExpression, { op: Op }>;

const unsignedOps: Readonly<Record<Of<'arithmetic'>['operator'], BinaryOp>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '%': 'mod',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'lsh',
  '>>': 'rsh',
};
const signedOps: Partial<Record<Of<'arithmetic'>['operator'], BinaryOp>> = {
  '/': 'sdiv',
  '%': 'smod',
  '>>': 'arsh',
};

export function lowerArithmetic(l: Lowering, e: Of<'arithmetic'>): ValueId {
  const a = l.value(e.left);
  const b = l.value(e.right);
  const operator = (scalarSigned(e.type) && signedOps[e.operator]) || unsignedOps[e.operator];
  if (e.operator !== '/' && e.operator !== '%') return l.b.binary(operator, a, b);
  if (e.right.op === 'constant' && e.right.value !== 0n) return l.b.binary(operator, a, b);
  return guardedDivision(l, e, operator, a, b);
}

function guardedDivision(
  l: Lowering,
  e: Of<'arithmetic'>,
  operator: BinaryOp,
  a: ValueId,
  b: ValueId,
): ValueId {
  const result = l.b.variable();
  const [zero, normal, on] = [l.b.block(), l.b.block(), l.b.block()];
  l.b.branch('eq', b, 0n, zero, normal, { likely: 'otherwise' });
  l.b.switchTo(zero);
  runtimeWarning(l, { message: runtimeTexts.divideByZero, helper: '' }, e.span);
  l.b.write(result, 1n);
  l.b.jump(on);
  l.b.switchTo(normal);
  l.b.write(result, l.b.binary(operator, a, b));
  l.b.jump(on);
  l.b.switchTo(on);
  return l.b.read(result);
}

const compareOps: Readonly<
  Record<Of<'compare'>['operator'], readonly [unsigned: CompareOp, signed: CompareOp]>
> = {
  '==': ['eq', 'eq'],
  '!=': ['ne', 'ne'],
  '<': ['lt', 'slt'],
  '<=': ['le', 'sle'],
  '>': ['gt', 'sgt'],
  '>=': ['ge', 'sge'],
};

export function compareOperator({ operator, signed }: Of<'compare'>): CompareOp {
  return compareOps[operator][signed ? 1 : 0];
}

export function lowerCompare(l: Lowering, e: Of<'compare'>): ValueId {
  return l.b.compare(compareOperator(e), l.value(e.left), l.value(e.right));
}

export function lowerPointerOffset(l: Lowering, e: Of<'pointer-offset'>): ValueId {
  const operator = e.subtract ? 'sub' : 'add';
  if (e.index.op === 'constant') {
    const bytes = BigInt.asIntN(64, e.index.value * BigInt(e.scale));
    if (bytes === 0n) return l.value(e.pointer);
    // Beyond a variable the verifier takes no address.
    const base = addressed(e.pointer) === undefined ? l.value(e.pointer) : pointerAsNumber(l, e.pointer);
    return l.b.binary(operator, base, bytes);
  }
  const pointer = pointerAsNumber(l, e.pointer);
  const scaled = e.scale === 1 ? l.value(e.index) : l.b.binary('mul', l.value(e.index), BigInt(e.scale));
  return l.b.binary(operator, pointer, scaled);
}
