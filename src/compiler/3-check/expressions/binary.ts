/** Binary operators: which operands go together, in what type the operation is done, and what folds. */

import { sizeOf, typeName } from '../../../program/layout.ts';
import type { IntType, Type } from '../../../program/types.ts';
import type { Binary, BinaryOperator, Span } from '../../ast.ts';
import { operandNotes } from '../../messages/catalogue/types.ts';
import { messages } from '../../messages/messages.ts';
import { type Checker, poison } from '../checker.ts';
import { commonInt, convert, integerTypeOf, isOpenLiteral } from '../convert.ts';
import { boolType, int64, isScalar, join, sameType, uint64 } from '../type-rules.ts';
import type { CompareOperator, IntOperator, TypedExpression } from '../typed.ts';
import { checkCondition } from './branches.ts';
import { foldIntegers, foldStrings } from './fold.ts';
import { asValue } from './maps.ts';
import { warnConversion } from './warn-conversion.ts';

type Operands = readonly [TypedExpression, TypedExpression];

export function checkBinary(checker: Checker, { op, left, right, span }: Binary): TypedExpression {
  const operands: Operands = [asValue(checker.expression(left)), asValue(checker.expression(right))];
  return combine(checker, op, operands, span);
}

/** Also used for compound assignment and for `++`. */
export function combine(checker: Checker, op: BinaryOperator, [a, b]: Operands, span: Span): TypedExpression {
  if (a.op === 'none' || b.op === 'none') return poison(span);
  if (op === '&&' || op === '||') return logic(checker, op, a, b, span);
  const folded = foldLiterals(checker, op, a, b, span);
  if (folded !== undefined) return folded;
  if (isCompare(op)) return compare(checker, op, [a, b], span);
  if (a.type.kind === 'pointer' || b.type.kind === 'pointer')
    return pointerArithmetic(checker, op, [a, b], span);
  return arithmetic(checker, op, [a, b], span);
}

export function isCompare(op: BinaryOperator): op is CompareOperator {
  return op === '==' || op === '!=' || op === '<' || op === '<=' || op === '>' || op === '>=';
}

function foldLiterals(
  checker: Checker,
  op: BinaryOperator,
  a: TypedExpression,
  b: TypedExpression,
  span: Span,
): TypedExpression | undefined {
  if (a.op === 'constant' && b.op === 'constant' && a.literal && b.literal && isPlain(a) && isPlain(b)) {
    const result = foldIntegers(op, a, b, span);
    return result === 'overflow' ? checker.fail(span, messages.foldOverflow()) : result;
  }
  if (a.op === 'string' && (b.op === 'string' || b.op === 'constant')) return foldStrings(op, a, b, span);
  return undefined;
}

function isPlain(expression: TypedExpression): boolean {
  return expression.type.kind === 'int' || expression.type.kind === 'bool' || expression.type.kind === 'enum';
}

function logic(
  checker: Checker,
  operator: '&&' | '||',
  a: TypedExpression,
  b: TypedExpression,
  span: Span,
): TypedExpression {
  const left = checkCondition(checker, a, a.span);
  const right = checkCondition(checker, b, b.span);
  if (left.op === 'constant' && right.op === 'constant') {
    const [x, y] = [left.value !== 0n, right.value !== 0n];
    return {
      op: 'constant',
      type: boolType,
      value: (operator === '&&' ? x && y : x || y) ? 1n : 0n,
      literal: left.literal && right.literal,
      span,
    };
  }
  return { op: 'logic', type: boolType, operator, left, right, span };
}

function arithmetic(checker: Checker, op: BinaryOperator, operands: Operands, span: Span): TypedExpression {
  const [a, b] = operands;
  const [x, y] = [integerTypeOf(a.type), integerTypeOf(b.type)];
  if (x === undefined || y === undefined) return mismatch(checker, op, a, b, span);
  const operator = op as IntOperator;
  const type = resultType(operator, a, b, x);
  if (operator === '/' || operator === '%') warnSignedDivision(checker, operator, a, b, span);
  for (const [operand, own] of [
    [a, x],
    [b, y],
  ] as const) {
    if (operator !== '-' && operator !== '<<' && operator !== '>>')
      warnConversion(checker, operand, own, type);
  }
  const shift = operator === '<<' || operator === '>>';
  return {
    op: 'arithmetic',
    type,
    operator,
    left: convert(a, type),
    right: convert(b, shift ? uint64 : type),
    span,
  };
}

function resultType(operator: IntOperator, a: TypedExpression, b: TypedExpression, left: IntType): IntType {
  if (operator === '-') return int64;
  if (operator === '<<' || operator === '>>') return left.signed && !isOpenLiteral(a) ? int64 : uint64;
  return commonInt(a, b) ?? int64;
}

function warnSignedDivision(
  checker: Checker,
  op: '/' | '%',
  a: TypedExpression,
  b: TypedExpression,
  span: Span,
): void {
  const [left, right] = [signOf(a), signOf(b)];
  const mixed = left === 'signed' ? right !== 'signed' : left === 'unsigned' && right === 'signed';
  if (mixed) checker.warning(span, messages.signedDivision(op));
}

function signOf(e: TypedExpression): 'signed' | 'unsigned' | 'open' {
  if (isOpenLiteral(e)) return 'open';
  return integerTypeOf(e.type)?.signed === true ? 'signed' : 'unsigned';
}

function compare(checker: Checker, op: CompareOperator, [a, b]: Operands, span: Span): TypedExpression {
  const common = commonInt(a, b);
  if (common !== undefined) {
    const own = [integerTypeOf(a.type)!, integerTypeOf(b.type)!] as const;
    if (own[0].signed !== own[1].signed) {
      warnConversion(checker, a, own[0], common);
      warnConversion(checker, b, own[1], common);
    }
    return {
      op: 'compare',
      type: boolType,
      operator: op,
      signed: common.signed,
      left: convert(a, common),
      right: convert(b, common),
      span,
    };
  }
  if (isAddress(a) && isAddress(b)) return comparePointers(checker, op, [a, b], span);
  if (a.type.kind === 'string' && b.type.kind === 'string') return compareStrings(checker, op, [a, b], span);
  return compareMemory(checker, op, [a, b], span);
}

function isAddress({ type }: TypedExpression): boolean {
  return type.kind === 'pointer' || integerTypeOf(type) !== undefined;
}

function comparePointers(
  checker: Checker,
  op: CompareOperator,
  [a, b]: Operands,
  span: Span,
): TypedExpression {
  if (a.type.kind === 'pointer' && b.type.kind === 'pointer' && !sameType(a.type, b.type)) {
    checker.warning(span, messages.distinctPointers(typeName(a.type.to), typeName(b.type.to)), {
      notes: [
        { message: operandNotes.left(typeName(a.type.to)), span: a.span },
        { message: operandNotes.right(typeName(b.type.to)), span: b.span },
      ],
    });
  }
  return {
    op: 'compare',
    type: boolType,
    operator: op,
    signed: false,
    left: asAddress(a),
    right: asAddress(b),
    span,
  };
}

/** Pointers compare as they are. */
function asAddress(e: TypedExpression): TypedExpression {
  return e.type.kind === 'pointer' ? e : convert(e, uint64);
}

function compareStrings(
  checker: Checker,
  op: CompareOperator,
  [a, b]: Operands,
  span: Span,
): TypedExpression {
  if (op !== '==' && op !== '!=')
    return checker.fail(span, messages.invalidOperand(op, typeName(a.type), typeName(b.type)));
  return { op: 'compare-strings', type: boolType, operator: op, left: a, right: b, span };
}

function compareMemory(checker: Checker, op: CompareOperator, [a, b]: Operands, span: Span): TypedExpression {
  if (a.type.kind !== b.type.kind) return mismatch(checker, op, a, b, span);
  if (a.type.kind === 'array' && b.type.kind === 'array') {
    if (op !== '==' && op !== '!=') return checker.fail(span, messages.arrayOperator(op));
    if (a.type.length !== b.type.length) return checker.fail(span, messages.arraySizeComparison());
    if (!sameType(a.type, b.type)) return checker.fail(span, messages.arrayElementComparison());
  }
  if (op !== '==' && op !== '!=')
    return checker.fail(span, messages.invalidOperand(op, typeName(a.type), typeName(b.type)));
  const joined = join({ type: a.type, flexible: false }, { type: b.type, flexible: false })?.type;
  if (joined === undefined) {
    if (a.type.kind === 'tuple')
      return { op: 'constant', type: boolType, value: op === '==' ? 0n : 1n, literal: false, span };
    return mismatch(checker, op, a, b, span);
  }
  if (isScalar(joined)) {
    return {
      op: 'compare',
      type: boolType,
      operator: op,
      signed: false,
      left: convert(a, joined),
      right: convert(b, joined),
      span,
    };
  }
  return {
    op: 'compare-memory',
    type: boolType,
    operator: op,
    left: convert(a, joined),
    right: convert(b, joined),
    span,
  };
}

function pointerArithmetic(
  checker: Checker,
  op: BinaryOperator,
  [a, b]: Operands,
  span: Span,
): TypedExpression {
  const left = a.type.kind === 'pointer' && integerTypeOf(b.type) !== undefined && (op === '+' || op === '-');
  const right = b.type.kind === 'pointer' && integerTypeOf(a.type) !== undefined && op === '+';
  if (!left && !right)
    return checker.fail(span, messages.invalidOperand(op, typeName(a.type), typeName(b.type)));
  const [pointer, index] = left ? [a, b] : [b, a];
  if (pointer.type.kind !== 'pointer')
    return checker.fail(span, messages.invalidOperand(op, typeName(a.type), typeName(b.type)));
  const scale = pointeeSize(checker, pointer.type);
  return {
    op: 'pointer-offset',
    type: pointer.type,
    pointer,
    index: convert(index, int64),
    scale,
    subtract: op === '-',
    span,
  };
}

/** Bytes of what a pointer points to; 1 for void and for types that are only declared. */
export function pointeeSize(checker: Checker, pointer: Extract<Type, { kind: 'pointer' }>): number {
  const type = checker.types.resolve(pointer.to, pointer.space);
  return type === undefined ? 1 : Math.max(1, sizeOf(type));
}

function mismatch(
  checker: Checker,
  op: BinaryOperator,
  a: TypedExpression,
  b: TypedExpression,
  span: Span,
): TypedExpression {
  const [left, right] = [typeName(a.type), typeName(b.type)];
  if (a.type.kind === b.type.kind && !isCompare(op))
    return checker.fail(span, messages.invalidOperand(op, left, right));
  return checker.fail(span, messages.operandMismatch(op, left, right), {
    notes: [
      { message: operandNotes.left(left), span: a.span },
      { message: operandNotes.right(right), span: b.span },
    ],
  });
}
