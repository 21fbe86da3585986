/** Expressions that choose: ternary, `if`, blocks with a value; and what may be a condition. */
import { typeName } from '../../../program/layout.ts';
import type { Type } from '../../../program/types.ts';
import type { Block, BlockExpression, IfExpression, Ternary } from '../../ast.ts';
import { messages } from '../../messages/messages.ts';
import { type Checker, poison } from '../checker.ts';
import { convert, integerTypeOf, isOpenLiteral } from '../convert.ts';
import { boolType, isAggregate, join, noneType, voidType } from '../type-rules.ts';
import type { TypedExpression, TypedStatement } from '../typed.ts';
import { asValue } from './maps.ts';

/** A condition: integer, bool or pointer as it is; a string literal is true when it is not empty. */
export function checkCondition(
  checker: Checker,
  condition: TypedExpression,
  whole: TypedExpression['span'],
): TypedExpression {
  if (condition.op === 'string') {
    return {
      op: 'constant',
      type: boolType,
      value: condition.value === '' ? 0n : 1n,
      literal: true,
      span: condition.span,
    };
  }
  if (condition.op === 'none') return condition;
  const usable =
    !isAggregate(condition.type) &&
    (integerTypeOf(condition.type) !== undefined || condition.type.kind === 'pointer');
  return usable ? condition : checker.fail(whole, messages.invalidCondition(typeName(condition.type)));
}

export function checkTernary(
  checker: Checker,
  { condition, then, otherwise, span }: Ternary,
): TypedExpression {
  const tested = asValue(checker.expression(condition));
  const checkedCondition = checkCondition(checker, tested, span);
  const left = then === undefined ? tested : asValue(checker.expression(then));
  const right = asValue(checker.expression(otherwise));
  if (checkedCondition.op === 'constant') return checkedCondition.value !== 0n ? left : right;
  // Before the last walk one side tells the type while the other has none yet.
  if (!checker.program.final && left.op === 'none') return right;
  if (!checker.program.final && right.op === 'none') return left;
  const type = branchType(checker, left, right, span);
  if (type === undefined) return poison(span);
  return {
    op: 'conditional',
    type,
    span,
    condition: checkedCondition,
    // The condition itself is not evaluated twice.
    then: then === undefined ? undefined : convert(left, type),
    otherwise: convert(right, type),
  };
}

function branchType(
  checker: Checker,
  left: TypedExpression,
  right: TypedExpression,
  span: TypedExpression['span'],
): Type | undefined {
  if (left.type.kind === 'void' && right.type.kind === 'void') return voidType;
  const joined = join(
    { type: left.type, flexible: isOpenLiteral(left) },
    { type: right.type, flexible: isOpenLiteral(right) },
  );
  if (joined === undefined)
    checker.error(span, messages.branchMismatch(typeName(left.type), typeName(right.type)));
  return joined?.type;
}

/** `if` as a value; as a statement its value is dropped by the statement checker. */
export function checkIf(checker: Checker, expression: IfExpression): TypedExpression {
  const { condition, then, otherwise, span } = expression;
  const comptime = condition.kind === 'comptime';
  const checkedCondition = checkCondition(checker, checker.expression(condition), span);
  if (comptime && checkedCondition.op === 'constant') {
    if (checkedCondition.value !== 0n) return checkValueBlock(checker, then);
    if (otherwise === undefined)
      return { op: 'block', type: noneType, statements: [], value: undefined, span };
    return otherwise.kind === 'if' ? checkIf(checker, otherwise) : checkValueBlock(checker, otherwise);
  }
  const left = checkValueBlock(checker, then);
  const right =
    otherwise === undefined
      ? undefined
      : otherwise.kind === 'if'
        ? checkIf(checker, otherwise)
        : checkValueBlock(checker, otherwise);
  if (right !== undefined && !checker.program.final) {
    if (isUnknown(left)) return right;
    if (isUnknown(right)) return left;
  }
  const valued = right !== undefined && hasValue(left) && hasValue(right);
  const type = valued ? branchType(checker, left, right, span) : noneType;
  if (type === undefined) return poison(span);
  return {
    op: 'if',
    type,
    span,
    condition: checkedCondition,
    then: valued && type.kind !== 'none' ? convert(left, type) : left,
    otherwise: valued && type.kind !== 'none' ? convert(right, type) : right,
  };
}

function isUnknown(expression: TypedExpression): boolean {
  return expression.op === 'none' && expression.reported === true;
}

function hasValue(expression: TypedExpression): boolean {
  return expression.type.kind !== 'none' && expression.type.kind !== 'void';
}

export function checkBlockExpression(checker: Checker, { block }: BlockExpression): TypedExpression {
  return checkValueBlock(checker, block);
}

/** Statements in a scope, then the trailing expression as the value. */
export function checkValueBlock(checker: Checker, block: Block): TypedExpression {
  return checker.scoped(() => {
    const statements: TypedStatement[] = checker.statementList(block.statements);
    const value = block.value === undefined ? undefined : asValue(checker.expression(block.value));
    if (value?.op === 'none' && value.reported === true) return poison(block.span);
    return { op: 'block', type: value?.type ?? noneType, statements, value, span: block.span };
  });
}
