/** Conversions of checked expressions to the type that a place wants: implicit ones, and what a cast may do. */

import { sizeOf } from '../../program/layout.ts';
import type { IntType, Type } from '../../program/types.ts';
import { int64, isScalar, readType, sameType, uint64, wrap } from './type-rules.ts';
import type { TypedExpression } from './typed.ts';

/** `expression` as `type`; the types are known to go together. Constants and string literals convert here. */
export function convert(expression: TypedExpression, type: Type): TypedExpression {
  if (sameType(expression.type, type)) return expression;
  if (expression.op === 'constant' && isScalar(type))
    return { ...expression, type, value: constantAs(expression.value, type) };
  if (expression.op === 'string' && type.kind === 'string') return { ...expression, type };
  if (
    expression.op === 'tuple' &&
    type.kind === 'tuple' &&
    expression.elements.length === type.elements.length
  ) {
    return {
      ...expression,
      type,
      elements: expression.elements.map((element, i) => convert(element, type.elements[i]!)),
    };
  }
  return { op: 'convert', type, span: expression.span, operand: expression };
}

function constantAs(value: bigint, type: Type): bigint {
  if (type.kind === 'int') return wrap(value, type);
  if (type.kind === 'bool') return value === 0n ? 0n : 1n;
  if (type.kind === 'enum') return wrap(value, { kind: 'int', size: type.size, signed: type.signed });
  return BigInt.asUintN(64, value);
}

/** The integer that an expression is in arithmetic, or undefined when it is none. */
export function integerTypeOf(type: Type): IntType | undefined {
  switch (type.kind) {
    case 'int':
      return type;
    case 'bool':
      return { kind: 'int', size: 1, signed: false };
    case 'enum':
      return { kind: 'int', size: type.size, signed: type.signed };
    case 'timestamp':
    case 'ksym':
    case 'cgroup-path':
      return uint64;
    case 'username':
      return { kind: 'int', size: 4, signed: false };
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
      return readType(type) as IntType;
    default:
      return undefined;
  }
}

/** Sign of the operation on both operands: a non-negative literal takes the other's. */
export function commonInt(a: TypedExpression, b: TypedExpression): IntType | undefined {
  const [x, y] = [integerTypeOf(a.type), integerTypeOf(b.type)];
  if (x === undefined || y === undefined) return undefined;
  const [aOpen, bOpen] = [isOpenLiteral(a), isOpenLiteral(b)];
  if (aOpen && bOpen) return x.signed || y.signed ? int64 : uint64;
  if (aOpen) return y.signed ? int64 : uint64;
  if (bOpen) return x.signed ? int64 : uint64;
  return x.signed || y.signed ? int64 : uint64;
}

export function isOpenLiteral(expression: TypedExpression): boolean {
  return (
    expression.op === 'constant' &&
    expression.literal &&
    expression.value >= 0n &&
    expression.type.kind === 'int'
  );
}

/** A conversion that can change the value silently: narrowing, or between signs without room. */
export function isLossy(from: IntType, to: IntType): boolean {
  if (to.size < from.size) return true;
  if (from.signed && !to.signed) return true;
  return !from.signed && to.signed && to.size === from.size;
}

/** Why `(type)expression` is not allowed, or undefined. The result of a cast is a plain conversion. */
export function castProblem(from: Type, to: Type): 'types' | 'array-size' | undefined {
  if (sameType(from, to)) return undefined;
  const fromInt = integerTypeOf(from) ?? (from.kind === 'pointer' ? uint64 : undefined);
  const toInt = to.kind === 'int' || to.kind === 'bool' || to.kind === 'enum' || to.kind === 'pointer';
  if (fromInt !== undefined && toInt) return undefined;
  if (from.kind === 'string' && to.kind === 'string') return to.size >= from.size ? undefined : 'types';
  if (from.kind === 'string' && to.kind === 'bool') return undefined;
  if (from.kind === 'string' && to.kind === 'array') return sizeOf(to) === from.size ? undefined : 'types';
  if (fromInt !== undefined && to.kind === 'array') return sizeOf(to) === sizeOf(from) ? undefined : 'types';
  if (from.kind === 'array' && (to.kind === 'int' || to.kind === 'bool'))
    return sizeOf(to) === sizeOf(from) ? undefined : 'types';
  if (from.kind === 'array' && to.kind === 'array') return sizeOf(to) === sizeOf(from) ? undefined : 'types';
  return 'types';
}
