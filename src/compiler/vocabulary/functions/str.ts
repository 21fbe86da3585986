/** `str(pointer[, n])`: the bytes up to the NUL, at most max_strlen of them. */

import { sizeOf, typeName } from '../../../program/layout.ts';
import type { Type } from '../../../program/types.ts';
import type { Checker } from '../../3-check/checker.ts';
import { convert, integerTypeOf } from '../../3-check/convert.ts';
import { text } from '../../3-check/expressions/fold.ts';
import { int64 } from '../../3-check/type-rules.ts';
import type { TypedExpression } from '../../3-check/typed.ts';
import { lengthOfRead } from '../../4-lower/events.ts';
import { callReader } from '../../4-lower/failures.ts';
import type { Lowering } from '../../4-lower/lowering.ts';
import { zeroMemory } from '../../4-lower/memory.ts';
import type { Place } from '../../4-lower/place.ts';
import { readStringHelper } from '../../4-lower/strings.ts';
import type { ValueId } from '../../ir.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, failed, kindName, made } from '../call.ts';
import type { CallSite, FunctionEntry, TypedCall } from '../entry.ts';
import { atMost } from './at-most.ts';

export const str: FunctionEntry = {
  name: 'str',
  check(checker, call) {
    if (!checkArity(checker, call, 1, 2)) return failed(call);
    const args = checkStrArguments(checker, call);
    if (args === undefined) return failed(call);
    const [source, length] = [args[0]!, args[1]];
    const size = sizeLimit(checker, call, length);
    if (size === undefined) return failed(call);
    if (source.op === 'string')
      return text(
        length === undefined
          ? source.value
          : source.value.slice(0, Number(literalOf(length) ?? source.value.length)),
        call.span,
      );
    if (source.type.kind === 'string') return fromString(call, source, size, length);
    if (source.type.kind !== 'pointer' && integerTypeOf(source.type) === undefined) {
      return checker.fail(call.span, messages.strArgument(typeName(source.type)));
    }
    const pointer = asPointer(checker, source);
    if (pointer.type.kind === 'pointer' && pointer.type.space === 'unknown')
      checker.warning(undefined, messages.addressSpaceUnset());
    const runtimeLength = length !== undefined && length.op !== 'constant' ? [convert(length, int64)] : [];
    return made(str, call, { kind: 'string', size }, [pointer, ...runtimeLength]);
  },
  lowerInto(l, call, to: Place) {
    const size = sizeOf(call.type);
    zeroMemory(l, to, size);
    readInto(l, call, l.address(to), size);
  },
  lowerTail(l, call, at) {
    const size = sizeOf(call.type);
    return lengthOfRead(l, readInto(l, call, at, size), size);
  },
};

/** A literal is folded into the call, which is then what is too long. */
function checkStrArguments(checker: Checker, call: CallSite): TypedExpression[] | undefined {
  const [first, ...rest] = call.args;
  if (first?.kind !== 'string') return checkArguments(checker, call.args);
  const others = checkArguments(checker, rest);
  return others && [checker.expression({ ...first, span: call.span }), ...others];
}

function literalOf(e: TypedExpression): bigint | undefined {
  return e.op === 'constant' ? e.value : undefined;
}

/** Capacity of the result: max_strlen, or less with a literal length; undefined when the length is no good. */
function sizeLimit(
  checker: Checker,
  call: CallSite,
  length: TypedExpression | undefined,
): number | undefined {
  const limit = checker.program.config.max_strlen;
  if (length === undefined) return limit;
  if (integerTypeOf(length.type) === undefined) {
    checker.error(call.span, messages.onlySupports('str', 'int', kindName(length.type)));
    return undefined;
  }
  const literal = literalOf(length);
  if (literal === undefined) return limit;
  if (literal < 0n) {
    checker.error(call.span, messages.negativeLength('str', literal));
    return undefined;
  }
  if (literal >= BigInt(limit)) {
    checker.warning(call.span, messages.lengthShortened(literal, limit));
    return limit;
  }
  return Math.max(1, Number(literal));
}

/** A string of the program: with a length its start is read, as from memory. */
function fromString(
  call: CallSite,
  source: TypedExpression,
  size: number,
  length: TypedExpression | undefined,
): TypedExpression {
  if (length === undefined) return source;
  const whole = sizeOf(source.type);
  if (length.op !== 'constant')
    return made(str, call, { kind: 'string', size: whole }, [source, convert(length, int64)]);
  return size > whole ? source : made(str, call, { kind: 'string', size }, [source]);
}

/** An integer is an address where the probe's pointers lead. */
export function asPointer(checker: Checker, source: TypedExpression): TypedExpression {
  if (source.type.kind === 'pointer') return source;
  const type: Type = { kind: 'pointer', to: { kind: 'int', size: 1, signed: true }, space: checker.space };
  return convert(source, type);
}

/** Reads at an address; a run-time length only shortens. */
function readInto(
  l: Lowering,
  { args: [pointer, length], type }: TypedCall,
  at: ValueId,
  size: number,
): ValueId {
  const source = pointer!;
  const space = source.type.kind === 'pointer' ? source.type.space : 'kernel';
  const from = source.type.kind === 'string' ? l.address(l.place(source)) : l.value(source);
  const bytes =
    length === undefined || type.kind !== 'string' ? BigInt(size) : atMost(l, l.value(length), size);
  return callReader(l, readStringHelper(space), [at, bytes, from]);
}
