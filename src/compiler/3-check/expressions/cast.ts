/** Explicit casts. */

import { sizeOf, typeName } from '../../../program/layout.ts';
import type { Type } from '../../../program/types.ts';
import type { Cast, Span, TypeExpression } from '../../ast.ts';
import { messages } from '../../messages/messages.ts';
import { type Checker, poison } from '../checker.ts';
import { castProblem, convert, integerTypeOf } from '../convert.ts';
import { fits, sameType } from '../type-rules.ts';
import { resolveType } from '../type-syntax.ts';
import type { TypedExpression } from '../typed.ts';
import { asValue } from './maps.ts';
import { dereference } from './members.ts';

export function checkCast(checker: Checker, { type: syntax, operand, span }: Cast): TypedExpression {
  const read = checker.expression(operand);
  const value = asValue(read);
  const wanted = resolveType(checker, syntax, { span });
  if (value.op === 'none' || wanted === undefined) return poison(span);
  const type = sized(checker, wanted, value, syntax, span);
  if (type === undefined) return poison(span);
  // An aggregate read as the integer that it is: the cast is what asks for it.
  if (read.type !== value.type && sameType(value.type, type)) return { ...value, span };
  return castTo(checker, value, type, span);
}

/** `(uint8[])x`: the length follows from the operand. */
function sized(
  checker: Checker,
  type: Type,
  value: TypedExpression,
  syntax: TypeExpression,
  span: Span,
): Type | undefined {
  const open = syntax.suffixes.at(-1);
  if (type.kind === 'string' && type.size === 0)
    return { kind: 'string', size: value.type.kind === 'string' ? value.type.size : 0 };
  if (type.kind !== 'array' || open?.kind !== 'array' || open.length !== undefined) return type;
  const [total, element] = [sizeOf(value.type), sizeOf(type.element)];
  if (total === 0 || element === 0) {
    checker.error(span, messages.undeterminedArraySize());
    return undefined;
  }
  if (total % element !== 0) {
    checker.error(span, messages.incompatibleElementSize());
    return undefined;
  }
  return { ...type, length: total / element };
}

function castTo(checker: Checker, value: TypedExpression, type: Type, span: Span): TypedExpression {
  if (sameType(value.type, type) && (value.op !== 'constant' || value.literal)) {
    checker.warning(span, messages.unnecessaryCast(typeName(type)));
    return value.op === 'constant' ? { ...value, literal: false, span } : { ...value, span };
  }
  if (type.kind === 'struct') return castToStruct(checker, value, type, span);
  if (type.kind === 'pointer') return castToPointer(checker, value, type, span);
  if (type.kind === 'enum' && value.op === 'constant' && !type.variants.has(value.value)) {
    return checker.fail(span, messages.unknownVariant(type.name, value.value));
  }
  if (value.op === 'string' && type.kind === 'bool') {
    return { op: 'constant', type, value: value.value === '' ? 0n : 1n, literal: true, span };
  }
  // A literal is cast in the width of the target when it is turned into an array.
  const from = type.kind === 'array' && value.op === 'constant' ? widened(value, sizeOf(type)) : value;
  if (from.type.kind === 'struct') return checker.fail(span, messages.invalidCCast(typeName(from.type)));
  if (castProblem(from.type, type) !== undefined)
    return checker.fail(span, messages.invalidCast(typeName(value.type), typeName(type)));
  const converted = convert(from, type);
  return converted.op === 'constant' ? { ...converted, literal: false, span } : { ...converted, span };
}

function widened(value: Extract<TypedExpression, { op: 'constant' }>, size: number): TypedExpression {
  for (const candidate of [1, 2, 4, 8] as const) {
    const type = { kind: 'int' as const, size: candidate, signed: value.value < 0n };
    if (candidate === size && (fits(value.value, type) || fits(value.value, { ...type, signed: true })))
      return { ...value, type };
  }
  return value;
}

/** `(struct S)pointer` reads as `*(struct S *)pointer`. */
function castToStruct(
  checker: Checker,
  value: TypedExpression,
  type: Extract<Type, { kind: 'struct' }>,
  span: Span,
): TypedExpression {
  if (value.type.kind !== 'pointer')
    return checker.fail(span, messages.invalidCast(typeName(value.type), typeName(type)));
  const pointer = convert(value, { kind: 'pointer', to: type, space: value.type.space });
  return dereference(checker, pointer, span);
}

function castToPointer(
  checker: Checker,
  value: TypedExpression,
  type: Extract<Type, { kind: 'pointer' }>,
  span: Span,
): TypedExpression {
  if (value.type.kind !== 'pointer' && integerTypeOf(value.type) === undefined) {
    return checker.fail(span, messages.invalidCast(typeName(value.type), typeName(type)));
  }
  const space = value.type.kind === 'pointer' ? value.type.space : checker.space;
  const converted = convert(value, { ...type, space });
  return converted.op === 'constant' ? { ...converted, literal: false, span } : { ...converted, span };
}
