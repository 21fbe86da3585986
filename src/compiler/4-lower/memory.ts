/** Copying, clearing and filling memory with the widest accesses that alignment allows. */
import { assert } from '../../base/assert.ts';
import type { BlockId, ValueId } from '../ir.ts';
import { helpers } from './helper-ids.ts';
import type { Lowering } from './lowering.ts';
import { accessSize, type Place } from './place.ts';

/** Above this many bytes a copy is one call of probe_read_kernel, which is memcpy with a check. */
const inlineLimit = 128;

export function copyMemory(l: Lowering, from: Place, to: Place, size: number): void {
  if (size > inlineLimit) {
    l.b.call(helpers.probeReadKernel, [l.address(to), BigInt(size), l.address(from)]);
    return;
  }
  for (let at = 0; at < size; ) {
    const width = Math.min(accessSize(from, at, size - at), accessSize(to, at, size - at)) as 1 | 2 | 4 | 8;
    l.b.store(width, to.base, to.offset + at, l.b.load(width, from.base, from.offset + at));
    at += width;
  }
}

export function zeroMemory(l: Lowering, to: Place, size: number): void {
  if (size > inlineLimit) {
    const zeros = l.b.mapValue(l.program.zeros(size));
    l.b.call(helpers.probeReadKernel, [l.address(to), BigInt(size), zeros]);
    return;
  }
  for (let at = 0; at < size; ) {
    const width = accessSize(to, at, size - at);
    l.b.store(width, to.base, to.offset + at, 0n);
    at += width;
  }
}

/**
 * Copies memory over itself: the verifier forgets what it knew of the contents, and has no reason to follow them
 * from round to round of a loop.
 */
export function obscure(l: Lowering, place: Place, size: number): void {
  const address = l.address(place);
  l.b.call(helpers.probeReadKernel, [address, BigInt(size), address]);
}

/** Writes known bytes, padded with zeros to `size`. */
export function storeBytes(l: Lowering, bytes: string, to: Place, size: number): void {
  assert(bytes.length <= size, 'bytes fit their place');
  const used = Math.min(size, (bytes.length + 7) & ~7);
  for (let at = 0; at < used; ) {
    const width = accessSize(to, at, used - at);
    l.b.store(width, to.base, to.offset + at, wordAt(bytes, at, width));
    at += width;
  }
  if (used < size) zeroMemory(l, { ...to, offset: to.offset + used }, size - used);
}

/** Little-endian word of a byte string, zero beyond its end. */
export function wordAt(bytes: string, at: number, width: number): bigint {
  let word = 0n;
  for (let i = width - 1; i >= 0; i--)
    word = (word << 8n) | BigInt(at + i < bytes.length ? bytes.charCodeAt(at + i) : 0);
  return word;
}

/** Above this many bytes a comparison is a loop. */
const unrolledComparison = 256;
/** One branch for so many: the verifier keeps at most 8192 ways that it has still to follow. */
const bytesAtOnce = 128;

interface Ways {
  readonly different: BlockId;
  /** For texts: after a word of zeros there are only more of them. */
  readonly bothEnded?: BlockId;
}

/** Compares `size` bytes, and goes on when they are equal. */
export function leaveIfDifferent(l: Lowering, a: Place, b: Place, size: number, ways: Ways): void {
  const inWords = Math.min(accessSize(a, 0, size), accessSize(b, 0, size)) === 8;
  const looped = size > unrolledComparison && inWords ? size - (size % bytesAtOnce) : 0;
  if (looped > 0) loopOverWords(l, a, b, looped, ways);
  for (let at = looped; at < size; ) {
    const width = Math.min(accessSize(a, at, size - at), accessSize(b, at, size - at)) as 1 | 2 | 4 | 8;
    const next = l.b.block();
    const [one, other] = [l.b.load(width, a.base, a.offset + at), l.b.load(width, b.base, b.offset + at)];
    l.b.branch('eq', one, other, next, ways.different);
    l.b.switchTo(next);
    at += width;
  }
}

function loopOverWords(l: Lowering, a: Place, b: Place, size: number, { different, bothEnded }: Ways): void {
  const [startA, startB, at] = [l.address(a), l.address(b), l.b.variable(0n)];
  const [head, same, next, on] = [l.b.block(), l.b.block(), l.b.block(), l.b.block()];
  l.b.jump(head);
  l.b.switchTo(head);
  const offset = l.b.read(at);
  const { difference, last } = compareWords(
    l,
    l.b.binary('add', startA, offset),
    l.b.binary('add', startB, offset),
  );
  l.b.branch('eq', difference, 0n, same, different);
  l.b.switchTo(same);
  if (bothEnded === undefined) l.b.jump(next);
  else l.b.branch('eq', last, 0n, bothEnded, next);
  l.b.switchTo(next);
  l.b.write(at, l.b.binary('add', l.b.read(at), BigInt(bytesAtOnce)));
  l.b.branch('lt', l.b.read(at), BigInt(size), head, on);
  l.b.switchTo(on);
}

/** `difference` is 0 when all are equal, and `last` the last word of both then. */
function compareWords(l: Lowering, a: ValueId, b: ValueId): { difference: ValueId; last: ValueId } {
  let difference = l.b.const(0n);
  let last = difference;
  for (let at = 0; at < bytesAtOnce; at += 8) {
    last = l.b.load(8, a, at);
    difference = l.b.binary('or', difference, l.b.binary('xor', last, l.b.load(8, b, at)));
  }
  return { difference, last };
}

/** 1 when `size` bytes are equal. */
export function compareMemory(l: Lowering, a: Place, b: Place, size: number): ValueId {
  const [different, done] = [l.b.block(), l.b.block()];
  const result = l.b.variable(1n);
  leaveIfDifferent(l, a, b, size, { different });
  l.b.jump(done);
  l.b.switchTo(different);
  l.b.write(result, 0n);
  l.b.jump(done);
  l.b.switchTo(done);
  return l.b.read(result);
}
