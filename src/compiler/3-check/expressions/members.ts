/**
 * Access into values: fields, tuple elements, array elements, dereferences. An access to part of what a pointer
 * leads to stays one dereference with an offset, so that no more is read than is used.
 */

import { layoutOf, sizeOf, typeName } from '../../../program/layout.ts';
import type { NamedType, StructType, Type } from '../../../program/types.ts';
import type { Field, Index, Span, TupleAccess } from '../../ast.ts';
import { messages } from '../../messages/messages.ts';
import { argumentsAccess } from '../../vocabulary/arguments.ts';
import { type Checker, poison } from '../checker.ts';
import { convert, integerTypeOf } from '../convert.ts';
import type { MemberInfo } from '../kernel-types.ts';
import { int8, int64, noneType, uint64 } from '../type-rules.ts';
import type { TypedExpression } from '../typed.ts';
import { pointeeSize } from './binary.ts';
import { asValue } from './maps.ts';

export function checkField(checker: Checker, { object, name, span }: Field): TypedExpression {
  const access = argumentsAccess(checker, object, name, span);
  if (access !== undefined) return access;
  const value = asValue(checker.expression(object));
  if (value.op === 'none') return { ...value, span };
  return fieldOf(checker, value, name, span);
}

export function fieldOf(
  checker: Checker,
  object: TypedExpression,
  name: string,
  span: Span,
): TypedExpression {
  const { type } = object;
  if (type.kind === 'pointer' && (type.to.kind === 'named' || type.to.kind === 'struct')) {
    const member = checker.types.member(type.to, name, type.space);
    if (member === undefined) return unknownField(checker, type.to, name, span);
    return dereferenced(object, member, span);
  }
  if (type.kind === 'pointer' && type.to.kind === 'record') {
    return fieldOf(checker, dereference(checker, object, span), name, span);
  }
  if (type.kind === 'struct') {
    const member = checker.types.member(type, name, spaceOf(checker, object));
    return member === undefined ? unknownField(checker, type, name, span) : partOf(object, member, span);
  }
  if (type.kind === 'record') return recordField(checker, object, type, name, span);
  return checker.fail(span, messages.invalidFieldAccess(name, typeName(type)));
}

function spaceOf(checker: Checker, object: TypedExpression) {
  return object.op === 'dereference' && object.pointer.type.kind === 'pointer'
    ? object.pointer.type.space
    : checker.space;
}

function unknownField(
  checker: Checker,
  type: NamedType | StructType,
  name: string,
  span: Span,
): TypedExpression {
  if (!checker.types.isKnown(type)) return checker.fail(span, messages.unknownStruct(type.name));
  return checker.fail(span, messages.unknownField(typeName(type), name));
}

function recordField(
  checker: Checker,
  object: TypedExpression,
  type: Extract<Type, { kind: 'record' }>,
  name: string,
  span: Span,
): TypedExpression {
  const index = type.fields.findIndex((field) => field.name === name);
  if (index < 0) return checker.fail(span, messages.unknownRecordField(name));
  const known = knownElement(object, index, span);
  if (known !== undefined) return known;
  return element(object, type.fields[index]!.type, layoutOf(type).offsets[index]!, span);
}

/** Strings inside structs take one byte more as values, so that one without a NUL keeps its last character. */
function asFieldValue(expression: TypedExpression): TypedExpression {
  const { type } = expression;
  return type.kind === 'string' ? convert(expression, { kind: 'string', size: type.size + 1 }) : expression;
}

function dereferenced(pointer: TypedExpression, member: MemberInfo, span: Span): TypedExpression {
  return asFieldValue({
    op: 'dereference',
    type: member.type,
    pointer,
    offset: member.offset,
    span,
    ...loadOf(member),
    ...(member.bits === undefined ? {} : { bits: member.bits }),
  });
}

function partOf(object: TypedExpression, member: MemberInfo, span: Span): TypedExpression {
  const bits = member.bits === undefined ? {} : { bits: member.bits };
  if (object.op === 'dereference') {
    return asFieldValue({
      op: 'dereference',
      type: member.type,
      pointer: object.pointer,
      offset: object.offset + member.offset,
      span,
      ...bits,
      ...partLoad(object, member),
    });
  }
  return asFieldValue({ op: 'part', type: member.type, object, offset: member.offset, span, ...bits });
}

function partLoad(object: Extract<TypedExpression, { op: 'dereference' }>, member: MemberInfo) {
  const own = loadOf(member);
  return object.plainLoad === true ? own : { plainLoad: false, trustedField: false };
}

function loadOf(member: MemberInfo): { plainLoad: boolean; trustedField: boolean } {
  const plainLoad = !member.throughUnion;
  const toStruct =
    member.type.kind === 'pointer' && member.type.to.kind === 'named' && member.type.to.btfId !== undefined;
  return { plainLoad, trustedField: plainLoad && toStruct && !member.tagged };
}

/** Of a tuple or record of which everything is known when compiling (`config`). */
function knownElement(object: TypedExpression, index: number, span: Span): TypedExpression | undefined {
  const isKnown = (e: TypedExpression) => e.op === 'constant' || e.op === 'string';
  if (object.op !== 'tuple' || !object.elements.every(isKnown)) return undefined;
  const element = object.elements[index];
  return element && { ...element, span };
}

/** An element at a known offset. */
function element(object: TypedExpression, type: Type, offset: number, span: Span): TypedExpression {
  if (object.op === 'dereference') {
    return { op: 'dereference', type, pointer: object.pointer, offset: object.offset + offset, span };
  }
  return { op: 'part', type, object, offset, span };
}

/** `*pointer` */
export function dereference(checker: Checker, pointer: TypedExpression, span: Span): TypedExpression {
  if (pointer.type.kind !== 'pointer') return poison(span);
  const type = checker.types.resolve(pointer.type.to, pointer.type.space);
  if (type === undefined || type.kind === 'void')
    return checker.fail(span, messages.invalidOperand('*', typeName(pointer.type)));
  if (pointer.type.space === 'unknown') checker.warning(undefined, messages.addressSpaceUnset());
  return { op: 'dereference', type, pointer, offset: 0, span };
}

export function checkTupleAccess(checker: Checker, { object, index, span }: TupleAccess): TypedExpression {
  const value = asValue(checker.expression(object));
  if (value.op === 'none') return { ...value, span };
  if (value.type.kind !== 'tuple') {
    checker.error(span, messages.invalidIndexAccess(index, typeName(value.type)));
    return { op: 'none', type: noneType, span };
  }
  const found = tupleElement(checker, value, value.type, index, span);
  return found.op === 'none' ? { op: 'none', type: noneType, span } : found;
}

function tupleElement(
  checker: Checker,
  object: TypedExpression,
  type: Extract<Type, { kind: 'tuple' }>,
  index: bigint,
  span: Span,
): TypedExpression {
  const found = index >= 0n && index < BigInt(type.elements.length) ? Number(index) : undefined;
  if (found === undefined) return checker.fail(span, messages.invalidTupleIndex(index, type.elements.length));
  return element(object, type.elements[found]!, layoutOf(type).offsets[found]!, span);
}

export function checkIndex(checker: Checker, { object, index, span }: Index): TypedExpression {
  const value = asValue(checker.expression(object));
  const at = asValue(checker.expression(index));
  if (value.op === 'none' || at.op === 'none') return poison(span);
  const { type } = value;
  if (type.kind === 'tuple') {
    if (at.op !== 'constant') return checker.fail(span, messages.nonLiteralTupleIndex());
    return tupleElement(checker, value, type, at.value, span);
  }
  const integer = integerTypeOf(at.type);
  if (integer === undefined || (at.op === 'constant' && at.value < 0n))
    return checker.fail(span, messages.negativeIndex(typeName(at.type)));
  if (type.kind === 'pointer') return pointerElement(checker, value, type, at, span);
  if (type.kind === 'array') return arrayElement(checker, value, type.element, type.length, at, span);
  if (type.kind === 'string') return arrayElement(checker, value, int8, type.size, at, span);
  return checker.fail(span, messages.notAnArray(typeName(type)));
}

function pointerElement(
  checker: Checker,
  pointer: TypedExpression,
  type: Extract<Type, { kind: 'pointer' }>,
  index: TypedExpression,
  span: Span,
): TypedExpression {
  if (type.to.kind === 'void') return checker.fail(span, messages.unsizedPointerIndex());
  const scale = pointeeSize(checker, type);
  const moved: TypedExpression = {
    op: 'pointer-offset',
    type,
    pointer,
    index: convert(index, int64),
    scale,
    subtract: false,
    span,
  };
  return dereference(checker, index.op === 'constant' && index.value === 0n ? pointer : moved, span);
}

function arrayElement(
  checker: Checker,
  array: TypedExpression,
  type: Type,
  length: number,
  index: TypedExpression,
  span: Span,
): TypedExpression {
  const scale = sizeOf(type);
  if (index.op === 'constant') {
    if (index.value >= BigInt(length) && length > 0)
      return checker.fail(span, messages.indexOutOfBounds(index.value, length));
    return element(array, type, Number(index.value) * scale, span);
  }
  const integer = integerTypeOf(index.type);
  if (integer?.signed) return checker.fail(span, messages.negativeIndex(typeName(index.type)));
  return { op: 'element', type, object: array, index: convert(index, uint64), length, scale, span };
}
