/** Prefix operators, increments, addresses. */
import { typeName } from '../../../program/layout.ts';
import type { Type } from '../../../program/types.ts';
import type { AddressOf, AssignTarget, Unary, Update } from '../../ast.ts';
import { messages } from '../../messages/messages.ts';
import { type Checker, poison } from '../checker.ts';
import { convert, integerTypeOf } from '../convert.ts';
import { growTarget } from '../statements/targets.ts';
import { boolType, int64, isAggregate, uint64 } from '../type-rules.ts';
import type { TypedExpression, TypedTarget } from '../typed.ts';
import { pointeeSize } from './binary.ts';
import { foldComplement, foldNegation } from './fold.ts';
import { asValue, checkKey, useKeyed, useScalar } from './maps.ts';
import { dereference } from './members.ts';

export function checkUnary(checker: Checker, { op, operand, span }: Unary): TypedExpression {
  const checked = asValue(checker.expression(operand));
  if (checked.op === 'none') return { ...checked, span };
  if (op === '*') return checkDereference(checker, checked, span);
  const own = integerTypeOf(checked.type);
  const boolean = checked.type.kind === 'bool';
  if (own === undefined || (boolean && op !== '!') || isAggregate(checked.type)) {
    return checker.fail(span, messages.invalidOperand(op, typeName(checked.type)));
  }
  if (op === '!') return not(checked, span);
  if (checked.op === 'constant' && checked.literal) {
    const folded = op === '-' ? foldNegation(checked, span) : foldComplement(checked, span);
    return folded === 'underflow' ? checker.fail(span, messages.negativeUnderflow()) : folded;
  }
  const type = own.signed ? int64 : uint64;
  // Computed in the operand's own width, then widened.
  const inner: TypedExpression = {
    op: op === '-' ? 'negate' : 'complement',
    type: own,
    operand: convert(checked, own),
    span,
  };
  return convert(inner, type);
}

function not(operand: TypedExpression, span: TypedExpression['span']): TypedExpression {
  if (operand.op === 'constant') {
    return {
      op: 'constant',
      type: boolType,
      value: operand.value === 0n ? 1n : 0n,
      literal: operand.literal,
      span,
    };
  }
  return { op: 'not', type: boolType, operand, span };
}

function checkDereference(
  checker: Checker,
  operand: TypedExpression,
  span: TypedExpression['span'],
): TypedExpression {
  if (operand.type.kind === 'pointer') return dereference(checker, operand, span);
  if (integerTypeOf(operand.type) !== undefined) {
    const pointer: Type = { kind: 'pointer', to: int64, space: checker.space };
    return dereference(checker, convert(operand, pointer), span);
  }
  return checker.fail(span, messages.invalidOperand('*', typeName(operand.type)));
}

/** `x++` and its kin: the variable or map becomes a 64-bit integer. */
export function checkUpdate(checker: Checker, { op, prefix, target, span }: Update): TypedExpression {
  const checked = checkTarget(checker, target);
  if (checked === undefined) return poison(span);
  const current = checked.kind === 'variable' ? checked.variable.type : checked.map.value;
  const step = op === '++' ? 1n : -1n;
  if (current?.kind === 'pointer') {
    return {
      op: 'update',
      type: current,
      target: checked,
      delta: step * BigInt(pointeeSize(checker, current)),
      prefix,
      span,
    };
  }
  const signed = op === '--' || (current?.kind === 'int' && current.signed && !isFlexible(checked));
  const type = signed ? int64 : uint64;
  const grown = growTarget(
    checker,
    checked,
    { op: 'constant', type, value: 1n, literal: op === '++', span },
    span,
  );
  if (grown === undefined || grown.kind !== 'int') return poison(span);
  return { op: 'update', type: grown, target: checked, delta: step, prefix, span };
}

function isFlexible(target: TypedTarget): boolean {
  return target.kind === 'variable' ? target.variable.flexible : target.map.flexible;
}

/** A variable or map element that will be written. */
export function checkTarget(checker: Checker, target: AssignTarget): TypedTarget | undefined {
  if (target.kind === 'variable') {
    const variable = checker.findVariable(target.name);
    if (variable !== undefined) return { kind: 'variable', variable };
    checker.error(target.span, messages.undefinedVariable(`$${target.name}`));
    return undefined;
  }
  if (target.kind === 'map')
    return { kind: 'map', map: useScalar(checker, target.name, target.span), key: undefined };
  const map = useKeyed(checker, target.map.name, target.span, target.map.span);
  const key = checkKey(checker, map, target.keys, target.span);
  return key === undefined ? undefined : { kind: 'map', map, key };
}

export function checkAddressOf(checker: Checker, { target, span }: AddressOf): TypedExpression {
  if (target.kind === 'variable') {
    const variable = checker.findVariable(target.name);
    if (variable === undefined)
      return checker.fail(target.span, messages.undefinedVariable(`$${target.name}`));
    variable.inMemory = true;
    return {
      op: 'address-of',
      type: { kind: 'pointer', to: variable.type ?? int64, space: 'bpf' },
      target: { kind: 'variable', variable },
      span,
    };
  }
  const map = useScalar(checker, target.name, target.span);
  if (map.value === undefined) return checker.fail(target.span, messages.undefinedMap(target.name));
  return {
    op: 'address-of',
    type: { kind: 'pointer', to: map.value, space: 'bpf' },
    target: { kind: 'map', map, key: undefined },
    span,
  };
}
