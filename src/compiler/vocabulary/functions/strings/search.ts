/**
 * `strstr` and `strcontains`. The string is walked by words for the needle's first byte (the test for a zero byte in
 * a word, applied to the word xor that byte), and only where it occurs the needle is compared, without branches, so
 * that the verifier has few paths to follow.
 */
import { sizeOf } from '../../../../program/layout.ts';
import type { Checker } from '../../../3-check/checker.ts';
import { boolType, int32 } from '../../../3-check/type-rules.ts';
import type { TypedExpression } from '../../../3-check/typed.ts';
import type { Lowering } from '../../../4-lower/lowering.ts';
import { wordAt, zeroMemory } from '../../../4-lower/memory.ts';
import { type Place, placeAt } from '../../../4-lower/place.ts';
import type { BlockId, ValueId } from '../../../ir.ts';
import { messages } from '../../../messages/messages.ts';
import { checkArguments, checkArity, constant, failed, made, truth } from '../../call.ts';
import type { CallSite, FunctionEntry, TypedCall } from '../../entry.ts';
import { literalText } from './length.ts';
import { asString } from './string-like.ts';

/** Places in the string times words of the needle: as many comparisons as the verifier may have to walk through. */
const mostComparisons = 32_768;

function search(
  name: 'strstr' | 'strcontains',
  fold: (call: CallSite, at: number) => TypedExpression,
): FunctionEntry {
  const entry: FunctionEntry = {
    name,
    callOnly: true,
    check(checker, call) {
      if (!checkArity(checker, call, 2)) return failed(call);
      const args = checkArguments(checker, call.args);
      const strings = args?.map((arg) => asString(checker, call, arg)) ?? [];
      const [hay, needle] = strings;
      if (hay === undefined || needle === undefined) return failed(call);
      if (needle.op === 'string' && literalText(needle) === '') return fold(call, 0);
      if (hay.op === 'string' && needle.op === 'string')
        return fold(call, literalText(hay).indexOf(literalText(needle)));
      if (tooLarge(checker, call, hay, needle)) return failed(call);
      return made(entry, call, name === 'strstr' ? int32 : boolType, [hay, needle]);
    },
    lower(l, call) {
      const index = l.withTemporaries(() => find(l, call));
      return name === 'strstr' ? index : l.b.compare('sge', index, 0n);
    },
  };
  return entry;
}

function tooLarge(checker: Checker, call: CallSite, hay: TypedExpression, needle: TypedExpression): boolean {
  const [haySize, needleSize] = [sizeOf(hay.type), sizeOf(needle.type)];
  if (haySize * Math.ceil(needleSize / 8) <= mostComparisons) return false;
  checker.error(call.span, messages.searchTooLarge(call.name, needleSize, haySize));
  return true;
}

const wordSize = 8;
const ones = 0x0101010101010101n;
const highs = 0x8080808080808080n;
const notFound = -1n;

function find(l: Lowering, { args: [hay, needle] }: TypedCall): ValueId {
  const size = sizeOf(hay!.type);
  const wanted = needleOf(l, needle!);
  const place = padded(l, hay!, size, wanted.length);
  const [index, found, done] = [l.b.variable(notFound), l.b.block(), l.b.block()];
  const at = l.b.variable(0n);
  wanted.whenEmpty(() => {
    l.b.write(index, 0n);
    l.b.jump(done);
  });
  walk(l, { place, size, at, wanted, found, done });
  l.b.switchTo(found);
  l.b.write(index, l.b.read(at));
  l.b.jump(done);
  l.b.switchTo(done);
  return l.b.read(index);
}

interface Walk {
  readonly place: Place;
  readonly size: number;
  readonly at: ReturnType<Lowering['b']['variable']>;
  readonly wanted: Needle;
  readonly found: BlockId;
  /** Where it goes when the string ends. */
  readonly done: BlockId;
}

/**
 * A word in which something was found is looked at byte by byte, written out: the verifier forgets states at an
 * instruction that it visits too often, and would follow every path through an inner loop anew.
 */
function walk(l: Lowering, { place, size, at, wanted, found, done }: Walk): void {
  const [head, inside, skip, look] = [l.b.block(), l.b.block(), l.b.block(), l.b.block()];
  l.b.jump(head);
  l.b.switchTo(head);
  const start = l.b.read(at);
  l.b.branch('lt', start, BigInt(size), inside, done, { likely: 'then' });
  l.b.switchTo(inside);
  const here = { ...place, base: l.b.binary('add', place.base, start) };
  const word = l.b.load(8, here.base, here.offset);
  const wantedBytes = zeroBytes(l, l.b.binary('xor', word, wanted.firstEverywhere));
  l.b.branch('eq', l.b.binary('or', wantedBytes, zeroBytes(l, word)), 0n, skip, look, { likely: 'then' });
  l.b.switchTo(look);
  for (let i = 0; i < wordSize; i++) {
    const [inString, candidate, next] = [l.b.block(), l.b.block(), l.b.block()];
    const byte = l.b.binary('and', i === 0 ? word : l.b.binary('rsh', word, BigInt(8 * i)), 0xffn);
    l.b.branch('eq', byte, 0n, done, inString);
    l.b.switchTo(inString);
    l.b.branch('eq', byte, wanted.first, candidate, next);
    l.b.switchTo(candidate);
    l.b.write(at, l.b.binary('add', start, BigInt(i)));
    l.b.branch('eq', wanted.difference(placeAt(here, i)), 0n, found, next);
    l.b.switchTo(next);
  }
  l.b.jump(skip);
  l.b.switchTo(skip);
  l.b.write(at, l.b.binary('add', start, BigInt(wordSize)));
  l.b.jump(head);
}

/** Not zero when a byte of the word is. */
function zeroBytes(l: Lowering, word: ValueId): ValueId {
  const borrowed = l.b.binary('sub', word, ones);
  return l.b.binary(
    'and',
    l.b.binary('and', borrowed, l.b.binary('xor', word, -1n)),
    BigInt.asIntN(64, highs),
  );
}

/** The string in memory that can be read by words at any place, up to `beyond` bytes behind its end. */
function padded(l: Lowering, e: TypedExpression, size: number, beyond: number): Place {
  const padding = (beyond + 15) & ~7;
  const place = l.scratch(((size + 7) & ~7) + padding);
  l.into(e, place);
  const rounded = (size + 7) & ~7;
  zeroMemory(l, { ...place, offset: place.offset + size, align: 1 }, rounded - size);
  zeroMemory(l, { ...place, offset: place.offset + rounded }, padding);
  return place;
}

interface Needle {
  /** In bytes; of one known at run time, at most. */
  readonly length: number;
  readonly first: ValueId | bigint;
  /** The first byte in each of eight. */
  readonly firstEverywhere: ValueId | bigint;
  /** Zero when the needle lies there. */
  difference(place: Place): ValueId;
  /** Runs `body`, which leaves, when there is nothing to look for. */
  whenEmpty(body: () => void): void;
}

function needleOf(l: Lowering, e: TypedExpression): Needle {
  return e.op === 'string' ? literalNeedle(l, literalText(e)) : needleInMemory(l, e);
}

function literalNeedle(l: Lowering, text: string): Needle {
  const first = BigInt(text.charCodeAt(0));
  return {
    length: text.length,
    first,
    firstEverywhere: BigInt.asIntN(64, first * ones),
    difference: (place) =>
      anyOf(l, text.length, (at) => {
        const used = Math.min(8, text.length - at);
        const word = l.b.load(8, place.base, place.offset + at);
        const masked = used === 8 ? word : l.b.binary('and', word, (1n << BigInt(used * 8)) - 1n);
        return l.b.binary('xor', masked, BigInt.asIntN(64, wordAt(text, at, used)));
      }),
    whenEmpty: () => {},
  };
}

function needleInMemory(l: Lowering, e: TypedExpression): Needle {
  const size = sizeOf(e.type);
  const needle = padded(l, e, size, 0);
  const first = l.b.load(1, needle.base, needle.offset);
  return {
    length: size,
    first,
    firstEverywhere: l.b.binary('mul', first, ones),
    difference: (place) =>
      anyOf(l, size, (at) => {
        const wanted = l.b.load(8, needle.base, needle.offset + at);
        const word = l.b.load(8, place.base, place.offset + at);
        return l.b.binary('and', l.b.binary('xor', word, wanted), bytesInUse(l, wanted));
      }),
    whenEmpty: (body) => l.when('eq', first, 0n, body),
  };
}

/** 0xff for each byte of the word that is not zero. */
function bytesInUse(l: Lowering, word: ValueId): ValueId {
  const low = 0x7f7f7f7f7f7f7f7fn;
  const carried = l.b.binary('add', l.b.binary('and', word, low), low);
  const used = l.b.binary('and', l.b.binary('or', carried, word), BigInt.asIntN(64, highs));
  return l.b.binary('mul', l.b.binary('rsh', used, 7n), 0xffn);
}

function anyOf(l: Lowering, length: number, difference: (at: number) => ValueId): ValueId {
  let all = difference(0);
  for (let at = 8; at < length; at += 8) all = l.b.binary('or', all, difference(at));
  return all;
}

export const searches: readonly FunctionEntry[] = [
  search('strstr', (call, at) => constant(call, int32, BigInt(at))),
  search('strcontains', (call, at) => truth(call, at >= 0)),
];
