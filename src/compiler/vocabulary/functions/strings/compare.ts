/**
 * `memcmp` and `strncmp`: both sides are brought together in memory that is zero beyond them, and compared by words.
 * Which side is less is decided by the first word that differs, in the order of its bytes.
 */
import { sizeOf } from '../../../../program/layout.ts';
import type { Checker } from '../../../3-check/checker.ts';
import { convert, integerTypeOf } from '../../../3-check/convert.ts';
import { int64 } from '../../../3-check/type-rules.ts';
import type { TypedExpression } from '../../../3-check/typed.ts';
import { readHelper } from '../../../4-lower/dereference.ts';
import { callReader } from '../../../4-lower/failures.ts';
import type { Lowering } from '../../../4-lower/lowering.ts';
import { copyMemory, storeBytes, zeroMemory } from '../../../4-lower/memory.ts';
import type { Place } from '../../../4-lower/place.ts';
import type { ValueId } from '../../../ir.ts';
import { messages } from '../../../messages/messages.ts';
import { checkArguments, checkArity, failed, kindName, made } from '../../call.ts';
import type { CallSite, FunctionEntry } from '../../entry.ts';
import { atMost } from '../at-most.ts';
import { asString } from './string-like.ts';

const memcmp: FunctionEntry = {
  name: 'memcmp',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 3)) return failed(call);
    const args = checkArguments(checker, call.args);
    if (args === undefined) return failed(call);
    const [a, b, length] = [bytesOf(checker, call, args[0]!), bytesOf(checker, call, args[1]!), args[2]!];
    const size = sizeLimit(checker, call, length);
    if (a === undefined || b === undefined || size === undefined) return failed(call);
    return made(memcmp, call, int64, [a, b, convert(length, int64)], size);
  },
  lower: (l, { args: [a, b, length], data }) => {
    const size = data as number;
    const count = length!.op === 'constant' ? undefined : atMost(l, l.value(length!), size);
    return l.withTemporaries(() => {
      const places = [a!, b!].map((side) => fetched(l, side, size, count));
      return compareBytes(l, places[0]!, places[1]!, size);
    });
  },
};

/** Values in memory as they are, addresses by what lies there. */
function bytesOf(checker: Checker, call: CallSite, argument: TypedExpression): TypedExpression | undefined {
  const { kind } = argument.type;
  if (kind === 'string' || kind === 'array' || kind === 'pointer') return argument;
  checker.error(
    call.span,
    messages.onlySupports(call.name, 'string, array or pointer', kindName(argument.type)),
  );
  return undefined;
}

/** The length, or as much as one known only at run time can be. */
function sizeLimit(checker: Checker, call: CallSite, length: TypedExpression): number | undefined {
  const limit = checker.program.config.max_strlen;
  if (integerTypeOf(length.type) === undefined) {
    checker.error(call.span, messages.onlySupports(call.name, 'int', kindName(length.type)));
    return undefined;
  }
  if (length.op !== 'constant') return limit;
  if (length.value < 0n) {
    checker.error(call.span, messages.negativeLength(call.name, length.value));
    return undefined;
  }
  if (length.value > BigInt(limit)) checker.warning(call.span, messages.lengthShortened(length.value, limit));
  return Math.min(limit, Number(length.value));
}

/** The first `size` bytes, or `count` of them, in a place of whole words that is zero where they end. */
function fetched(l: Lowering, e: TypedExpression, size: number, count: ValueId | undefined): Place {
  const place = wordsFor(l, size);
  const whole = (size + 7) & ~7;
  const available = e.type.kind === 'pointer' ? size : Math.min(size, sizeOf(e.type));
  if (e.op === 'string' && count === undefined) {
    storeBytes(l, e.value.slice(0, size), place, whole);
    return place;
  }
  if (count !== undefined || available < whole) zeroMemory(l, place, whole);
  if (e.type.kind !== 'pointer' && count === undefined) copyMemory(l, l.place(e), place, available);
  else {
    const [from, space] =
      e.type.kind === 'pointer' ? [l.value(e), e.type.space] : [l.address(l.place(e)), 'kernel' as const];
    const bytes = count === undefined ? BigInt(available) : atMost(l, count, available);
    callReader(l, readHelper(space), [l.address(place), bytes, from]);
  }
  return place;
}

/** Loops need memory that is addressed at run time: that is not the stack. */
function wordsFor(l: Lowering, size: number): Place {
  return size <= unrolledLimit ? l.temporary(Math.max(8, size)) : l.scratch((size + 7) & ~7);
}

const strncmp: FunctionEntry = {
  name: 'strncmp',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 3)) return failed(call);
    const args = checkArguments(checker, call.args);
    if (args === undefined) return failed(call);
    const length = args[2]!;
    if (length.op !== 'constant' || length.value < 0n)
      return checker.fail(call.span, messages.strncmpLength());
    const [a, b] = [asString(checker, call, args[0]!), asString(checker, call, args[1]!)];
    if (a === undefined || b === undefined) return failed(call);
    // Beyond the longer of the two there is nothing to compare.
    const most = BigInt(Math.max(sizeOf(a.type), sizeOf(b.type)));
    const size = Number(length.value < most ? length.value : most);
    return made(strncmp, call, int64, [a, b], size);
  },
  lower: (l, { args: [a, b], data }) => {
    const size = data as number;
    return l.withTemporaries(() =>
      compareBytes(l, fetched(l, a!, size, undefined), fetched(l, b!, size, undefined), size),
    );
  },
};

/** Up to here the comparison is written out. */
const unrolledLimit = 64;

/** -1, 0 or 1. Both places are whole words, zero beyond `size`. */
function compareBytes(l: Lowering, a: Place, b: Place, size: number): ValueId {
  const result = l.b.variable(0n);
  const done = l.b.block();
  const difference = { different: l.b.block(), x: l.b.variable(), y: l.b.variable() };
  if (size <= unrolledLimit) {
    for (let at = 0; at < size; at += 8) compareWord(l, a, b, at, difference);
    l.b.jump(done);
  } else compareInLoop(l, a, b, size, difference, done);
  l.b.switchTo(difference.different);
  const [x, y] = [difference.x, difference.y].map((word) => l.b.unary('bswap64', l.b.read(word)));
  const [less, more] = [l.b.block(), l.b.block()];
  l.b.branch('lt', x!, y!, less, more);
  for (const [block, value] of [
    [less, -1n],
    [more, 1n],
  ] as const) {
    l.b.switchTo(block);
    l.b.write(result, value);
    l.b.jump(done);
  }
  l.b.switchTo(done);
  return l.b.read(result);
}

interface Difference {
  readonly different: ReturnType<Lowering['b']['block']>;
  /** The words that differ. */
  readonly x: ReturnType<Lowering['b']['variable']>;
  readonly y: ReturnType<Lowering['b']['variable']>;
}

/** Goes on after words that are equal. */
function compareWord(l: Lowering, a: Place, b: Place, at: number, { different, x, y }: Difference): void {
  const [left, right] = [a, b].map((place) => l.b.load(8, place.base, place.offset + at));
  l.b.write(x, left!);
  l.b.write(y, right!);
  const next = l.b.block();
  l.b.branch('ne', left!, right!, different, next);
  l.b.switchTo(next);
}

function compareInLoop(
  l: Lowering,
  a: Place,
  b: Place,
  size: number,
  difference: Difference,
  done: Difference['different'],
): void {
  const at = l.b.variable(0n);
  const [head, inside] = [l.b.block(), l.b.block()];
  l.b.jump(head);
  l.b.switchTo(head);
  l.b.branch('lt', l.b.read(at), BigInt(size), inside, done, { likely: 'then' });
  l.b.switchTo(inside);
  const moved = ({ base, ...place }: Place): Place => ({
    ...place,
    base: l.b.binary('add', base, l.b.read(at)),
  });
  compareWord(l, moved(a), moved(b), 0, difference);
  l.b.write(at, l.b.binary('add', l.b.read(at), 8n));
  l.b.jump(head);
}

export const comparisons: readonly FunctionEntry[] = [memcmp, strncmp];
