/**
 * Expressions three ways: as a value in a register (scalars), written into a given place (anything), or as a
 * place that already holds it. What an operation cannot do one way it gets from another.
 */
import { assert, InternalError } from '../../base/assert.ts';
import { layoutOf, sizeOf } from '../../program/layout.ts';
import { isScalar } from '../3-check/type-rules.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import type { ValueId } from '../ir.ts';
import { runtimeTexts } from '../messages/catalogue/runtime.ts';
import { lowerArithmetic, lowerCompare, lowerPointerOffset } from './arithmetic.ts';
import { lowerCondition, truthValue } from './conditions.ts';
import { dereferenceInto, dereferenceValue } from './dereference.ts';
import { runtimeWarning } from './events.ts';
import { pointerAsNumber } from './kernel-pointers.ts';
import type { Lowering } from './lowering.ts';
import { mapReadInto, mapReadPlace, mapReadValue } from './map-access.ts';
import { copyMemory, storeBytes, zeroMemory } from './memory.ts';
import { accessSize, type Place, placeAt } from './place.ts';
import {
  convertScalar,
  extend,
  extractBits,
  loadScalar,
  scalarSigned,
  scalarSize,
  storeScalar,
} from './scalars.ts';
import { lowerStatements } from './statements.ts';
import { callSubprogram } from './subprogram-calls.ts';
import { lowerUpdate } from './update.ts';

type Of<Op extends TypedExpression['op']> = Extract<TypedExpression, { op: Op }>;

// As a value

export function lowerValue(l: Lowering, e: TypedExpression): ValueId {
  switch (e.op) {
    case 'constant':
      return l.b.const(e.value);
    case 'variable':
      return l.variables.inMemory(e.variable)
        ? loadScalar(l, e.type, l.variables.place(e.variable))
        : l.variables.read(e.variable);
    case 'map-read':
      return mapReadValue(l, e);
    case 'arithmetic':
      return lowerArithmetic(l, e);
    case 'pointer-offset':
      return lowerPointerOffset(l, e);
    case 'negate':
      return extend(l, l.b.unary('neg', l.value(e.operand)), scalarSize(e.type), scalarSigned(e.type));
    case 'complement':
      return extend(l, l.b.binary('xor', l.value(e.operand), -1n), scalarSize(e.type), scalarSigned(e.type));
    case 'not':
      return l.b.compare('eq', l.value(e.operand), 0n);
    case 'compare':
      return lowerCompare(l, e);
    case 'logic':
    case 'compare-strings':
    case 'compare-memory':
      return truthValue(l, e);
    case 'conditional':
      return lowerConditionalValue(l, e);
    case 'convert':
      return convertValue(l, e);
    case 'part':
      return partValue(l, e);
    case 'element':
      return elementValue(l, e);
    case 'dereference':
      return dereferenceValue(l, e);
    case 'update':
      return lowerUpdate(l, e);
    case 'call':
      return callValue(l, e);
    case 'block':
    case 'if':
      return branchyValue(l, e);
    case 'address-of':
      return addressOf(l, e);
    case 'call-function':
      return callSubprogram(l, e, undefined);
    case 'none':
      return l.b.const(0n);
    default:
      throw new InternalError(`${e.op} has no value in a register`);
  }
}

function callValue(l: Lowering, e: Of<'call'>): ValueId {
  if (e.entry.lower !== undefined) return e.entry.lower(l, e);
  throw new InternalError(`${e.entry.name} has no scalar result`);
}

function lowerConditionalValue(l: Lowering, e: Of<'conditional'>): ValueId {
  const result = l.b.variable();
  if (e.then === undefined) {
    const value = l.value(e.condition);
    l.b.write(result, convertScalar(l, value, e.condition.type, e.type));
    l.when('eq', value, 0n, () => l.b.write(result, l.value(e.otherwise)));
    return l.b.read(result);
  }
  const then = e.then;
  eitherOr(
    l,
    e.condition,
    () => writeResult(l, result, then),
    () => writeResult(l, result, e.otherwise),
  );
  return e.type.kind === 'void' ? l.b.const(0n) : l.b.read(result);
}

function writeResult(l: Lowering, result: ReturnType<Lowering['b']['variable']>, e: TypedExpression): void {
  const value = l.value(e);
  if (!l.b.terminated) l.b.write(result, value);
}

/** Runs one of two bodies, then goes on. */
export function eitherOr(
  l: Lowering,
  condition: TypedExpression,
  then: () => void,
  otherwise: () => void,
): void {
  const [yes, no, on] = [l.b.block(), l.b.block(), l.b.block()];
  lowerCondition(l, condition, yes, no);
  for (const [block, body] of [
    [yes, then],
    [no, otherwise],
  ] as const) {
    l.b.switchTo(block);
    l.b.seal(block);
    body();
    if (!l.b.terminated) l.b.jump(on);
  }
  l.b.switchTo(on);
}

function convertValue(l: Lowering, { operand, type }: Of<'convert'>): ValueId {
  if (isScalar(operand.type)) {
    const value =
      type.kind === 'pointer' || type.kind === 'bool' ? l.value(operand) : pointerAsNumber(l, operand);
    return convertScalar(l, value, operand.type, type);
  }
  if (type.kind === 'pointer') return l.address(l.place(operand));
  // An array seen as an integer: its bytes in memory order.
  return loadScalar(l, type, l.place(operand));
}

function partValue(l: Lowering, { object, offset, bits, type }: Of<'part'>): ValueId {
  const loaded = loadScalar(l, type, placeAt(l.place(object), offset));
  return bits === undefined ? loaded : extractBits(l, loaded, bits, scalarSigned(type));
}

function elementValue(l: Lowering, e: Of<'element'>): ValueId {
  return loadScalar(l, e.type, elementPlace(l, e));
}

/** An element at a run-time index; outside of the array it is zero, and that is said. */
function elementPlace(l: Lowering, { object, index, length, scale, type, span }: Of<'element'>): Place {
  const place = l.place(object);
  const base = l.b.variable(l.b.mapValue(l.program.zeros(sizeOf(type))));
  const at = l.value(index);
  const [inside, outside, on] = [l.b.block(), l.b.block(), l.b.block()];
  l.b.branch('lt', at, BigInt(length), inside, outside, { likely: 'then' });
  l.b.switchTo(outside);
  runtimeWarning(l, { message: runtimeTexts.arrayOutOfBounds, helper: '' }, span);
  l.b.jump(on);
  l.b.switchTo(inside);
  l.b.write(base, l.b.binary('add', l.address(place), l.b.binary('mul', at, BigInt(scale))));
  l.b.jump(on);
  l.b.switchTo(on);
  return { base: l.b.read(base), offset: 0, align: 1 };
}

function branchyValue(l: Lowering, e: Of<'block' | 'if'>): ValueId {
  const result = l.b.variable();
  runBranchy(l, e, (value) => {
    if (isScalar(value.type) || value.type.kind === 'void') writeResult(l, result, value);
    else l.place(value);
  });
  if (l.b.terminated) return l.b.const(0n);
  return e.type.kind === 'none' || e.type.kind === 'void' ? l.b.const(0n) : l.b.read(result);
}

/** Walks blocks and ifs to their values; `take` does what is wanted with each. */
function runBranchy(l: Lowering, e: TypedExpression, take: (value: TypedExpression) => void): void {
  if (e.op === 'block') {
    lowerStatements(l, e.statements);
    if (e.value !== undefined && !l.b.terminated) runBranchy(l, e.value, take);
    return;
  }
  if (e.op === 'if') {
    const { otherwise } = e;
    eitherOr(
      l,
      e.condition,
      () => runBranchy(l, e.then, take),
      () => otherwise && runBranchy(l, otherwise, take),
    );
    return;
  }
  if (e.op !== 'none') take(e);
}

function addressOf(l: Lowering, { target }: Of<'address-of'>): ValueId {
  if (target.kind === 'variable') return l.address(l.variables.place(target.variable));
  const userMap = l.program.userMap(target.map);
  return l.b.mapValue(userMap.map, userMap.valueOffset);
}

// Into a place

export function lowerInto(l: Lowering, e: TypedExpression, to: Place): void {
  if (isScalar(e.type)) return storeScalar(l, e.type, to, l.value(e));
  const size = sizeOf(e.type);
  switch (e.op) {
    case 'string':
      return storeBytes(l, e.value, to, size);
    case 'tuple':
      return tupleInto(l, e, to);
    case 'map-read':
      return mapReadInto(l, e, to);
    case 'dereference':
      return dereferenceInto(l, e, to);
    case 'convert':
      return convertInto(l, e, to);
    case 'conditional':
      return conditionalInto(l, e, to);
    case 'call':
      if (e.entry.lowerInto !== undefined) return e.entry.lowerInto(l, e, to);
      throw new InternalError(`${e.entry.name} has no result in memory`);
    case 'call-function':
      callSubprogram(l, e, to);
      return;
    case 'block':
    case 'if':
      return runBranchy(l, e, (value) => l.into(value, to));
    default:
      return copyMemory(l, l.place(e), to, size);
  }
}

/** Elements one by one; the gaps between them are zeroed, since keys are compared byte by byte. */
function tupleInto(l: Lowering, { elements, type }: Of<'tuple'>, to: Place): void {
  if (type.kind !== 'tuple' && type.kind !== 'record') throw new InternalError('a tuple has a tuple type');
  const { offsets, size } = layoutOf(type);
  let end = 0;
  for (const [i, element] of elements.entries()) {
    zeroMemory(l, placeAt(to, end), offsets[i]! - end);
    l.into(element, placeAt(to, offsets[i]!));
    end = offsets[i]! + sizeOf(element.type);
  }
  zeroMemory(l, placeAt(to, end), size - end);
}

function conditionalInto(l: Lowering, e: Of<'conditional'>, to: Place): void {
  const { then, otherwise } = e;
  eitherOr(
    l,
    e.condition,
    () => l.into(then ?? e.condition, to),
    () => l.into(otherwise, to),
  );
}

function convertInto(l: Lowering, { operand, type }: Of<'convert'>, to: Place): void {
  const [from, size] = [sizeOf(operand.type), sizeOf(type)];
  if (isScalar(operand.type)) return storeScalar(l, operand.type, to, l.value(operand));
  if (
    (type.kind === 'tuple' || type.kind === 'record') &&
    (operand.type.kind === 'tuple' || operand.type.kind === 'record')
  ) {
    return convertTuple(l, operand, type, to);
  }
  if (from >= size) return copyMemory(l, l.place(operand), to, size);
  if (operand.op === 'dereference' && type.kind === 'string') return dereferenceInto(l, operand, to, size);
  l.into(operand, to);
  zeroMemory(l, placeAt(to, from), size - from);
}

function convertTuple(l: Lowering, operand: TypedExpression, type: Of<'tuple'>['type'], to: Place): void {
  if (type.kind !== 'tuple' && type.kind !== 'record') return;
  const names = type.kind === 'record' ? type.fields.map((field) => field.name) : undefined;
  const targets = type.kind === 'record' ? type.fields.map((field) => field.type) : type.elements;
  const parts = targets.map(
    (target, i): TypedExpression => ({
      op: 'convert',
      type: target,
      span: operand.span,
      operand: partOf(operand, names?.[i], i),
    }),
  );
  tupleInto(l, { op: 'tuple', type, elements: parts, span: operand.span }, to);
}

function partOf(operand: TypedExpression, name: string | undefined, index: number): TypedExpression {
  const { type } = operand;
  if (type.kind !== 'tuple' && type.kind !== 'record') throw new InternalError('parts are of tuples');
  const found = type.kind === 'record' ? type.fields.findIndex((field) => field.name === name) : index;
  if (operand.op === 'tuple') return operand.elements[found]!;
  const elementType = type.kind === 'record' ? type.fields[found]!.type : type.elements[found]!;
  return {
    op: 'part',
    type: elementType,
    object: operand,
    offset: layoutOf(type).offsets[found]!,
    span: operand.span,
  };
}

// As a place

export function lowerPlace(l: Lowering, e: TypedExpression): Place {
  assert(e.op !== 'none', 'an expression in error does not reach lowering');
  switch (e.op) {
    case 'variable':
      if (l.variables.inMemory(e.variable)) return l.variables.place(e.variable);
      break;
    case 'map-read':
      return mapReadPlace(l, e);
    case 'part':
      if (!isScalar(e.type)) return placeAt(l.place(e.object), e.offset);
      break;
    case 'element':
      if (!isScalar(e.type)) return elementPlace(l, e);
      break;
    case 'convert':
      // Same memory seen as another type, or a longer string cut short.
      if (
        !isScalar(e.operand.type) &&
        sizeOf(e.operand.type) >= sizeOf(e.type) &&
        e.type.kind !== 'tuple' &&
        e.type.kind !== 'record'
      )
        return l.place(e.operand);
      break;
    default:
  }
  const place = l.temporaryFor(e.type);
  l.into(e, place);
  return place;
}

export { accessSize };
