/** `buf(data[, length])`: bytes of memory, NUL or not: a u32 with their number, then the bytes (see BufferType). */
import { sizeOf } from '../../../program/layout.ts';
import type { Checker } from '../../3-check/checker.ts';
import { convert, integerTypeOf } from '../../3-check/convert.ts';
import { uint64 } from '../../3-check/type-rules.ts';
import type { TypedExpression } from '../../3-check/typed.ts';
import { readHelper } from '../../4-lower/dereference.ts';
import { callReader } from '../../4-lower/failures.ts';
import type { Lowering } from '../../4-lower/lowering.ts';
import { copyMemory, storeBytes, zeroMemory } from '../../4-lower/memory.ts';
import { type Place, placeAt } from '../../4-lower/place.ts';
import type { ValueId } from '../../ir.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, failed, kindName, made } from '../call.ts';
import type { CallSite, FunctionEntry } from '../entry.ts';
import { atMost } from './at-most.ts';
import { asPointer } from './str.ts';

/** Of the u32 in front of the bytes. */
const headerSize = 4;

export const buf: FunctionEntry = {
  name: 'buf',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1, 2)) return failed(call);
    const [data, length] = checkArguments(checker, call.args) ?? [];
    if (data === undefined) return failed(call);
    const source = sourceOf(checker, call, data);
    const size = source && sizeLimit(checker, call, source, length);
    if (source === undefined || size === undefined) return failed(call);
    const runtimeLength = length !== undefined && length.op !== 'constant' ? [convert(length, uint64)] : [];
    return made(buf, call, { kind: 'buffer', size }, [source, ...runtimeLength]);
  },
  lowerInto(l, { args: [source, length], type }, to) {
    const size = sizeOf(type) - headerSize;
    const bytes = placeAt(to, headerSize);
    if (length === undefined) {
      l.b.store(4, to.base, to.offset, BigInt(size));
      fill(l, source!, bytes, size);
      return;
    }
    const count = atMost(l, l.value(length), size);
    l.b.store(4, to.base, to.offset, count);
    zeroMemory(l, bytes, size);
    read(l, source!, bytes, count);
  },
};

/** A value in memory, or a pointer; undefined, and reported, when it is neither. */
function sourceOf(checker: Checker, call: CallSite, data: TypedExpression): TypedExpression | undefined {
  const { kind } = data.type;
  if (kind === 'string' || kind === 'array') return data;
  if (kind === 'pointer' || integerTypeOf(data.type) !== undefined) return asPointer(checker, data);
  checker.error(call.span, messages.bufArgument(kindName(data.type)));
  return undefined;
}

function sizeLimit(
  checker: Checker,
  call: CallSite,
  source: TypedExpression,
  length: TypedExpression | undefined,
): number | undefined {
  const limit = checker.program.config.max_strlen;
  if (length === undefined) {
    if (source.type.kind === 'array') return Math.min(limit, sizeOf(source.type));
    checker.error(call.span, messages.bufNeedsLength(kindName(source.type)));
    return undefined;
  }
  if (integerTypeOf(length.type) === undefined) {
    checker.error(call.span, messages.onlySupports('buf', 'int', kindName(length.type)));
    return undefined;
  }
  if (length.op !== 'constant') return limit;
  if (length.value < 0n) {
    checker.error(call.span, messages.negativeLength('buf', length.value));
    return undefined;
  }
  if (length.value > BigInt(limit)) checker.warning(call.span, messages.lengthShortened(length.value, limit));
  return Math.min(limit, Number(length.value));
}

/** All `size` bytes, zero where the source is shorter. */
function fill(l: Lowering, source: TypedExpression, to: Place, size: number): void {
  if (source.op === 'string') return storeBytes(l, source.value.slice(0, size), to, size);
  if (source.type.kind === 'pointer') {
    if (size > 0) read(l, source, to, l.b.const(BigInt(size)));
    return;
  }
  const used = Math.min(size, sizeOf(source.type));
  copyMemory(l, l.place(source), to, used);
  zeroMemory(l, placeAt(to, used), size - used);
}

/** Values in BPF memory are read like the kernel's, and not beyond their end. */
function read(l: Lowering, source: TypedExpression, to: Place, count: ValueId): void {
  const { type } = source;
  if (type.kind === 'pointer') {
    callReader(l, readHelper(type.space), [l.address(to), count, l.value(source)]);
    return;
  }
  const from = l.address(l.place(source));
  callReader(l, readHelper('kernel'), [l.address(to), atMost(l, count, sizeOf(type)), from]);
}
