/**
 * Strings. In BPF memory a string fills its place and is zero from its NUL on, so that equal strings are equal
 * bytes and comparing stops at the NUL by itself.
 */
import { sizeOf } from '../../program/layout.ts';
import type { AddressSpace, Type } from '../../program/types.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import type { BlockId, ValueId } from '../ir.ts';
import { callReader } from './failures.ts';
import { helpers } from './helper-ids.ts';
import type { Lowering } from './lowering.ts';
import { leaveIfDifferent, wordAt, zeroMemory } from './memory.ts';
import { accessSize, type Place } from './place.ts';

export function readStringHelper(space: AddressSpace): number {
  if (space === 'user') return helpers.probeReadUserStr;
  return space === 'unknown' ? helpers.probeReadStr : helpers.probeReadKernelStr;
}

/** Reads a string of at most `size - 1` bytes; what does not come is zero. Gives the helper's result. */
export function readString(
  l: Lowering,
  pointer: ValueId,
  space: AddressSpace,
  to: Place,
  size: number,
): ValueId {
  zeroMemory(l, to, size);
  return callReader(l, readStringHelper(space), [l.address(to), BigInt(size), pointer]);
}

export function branchOnStrings(
  l: Lowering,
  a: TypedExpression,
  b: TypedExpression,
  equal: BlockId,
  different: BlockId,
): void {
  if (b.op === 'string') return branchOnLiteral(l, a, b.value, equal, different);
  if (a.op === 'string') return branchOnLiteral(l, b, a.value, equal, different);
  branchOnMemory(l, a, b, equal, different);
}

/** Compares up to and including the literal's NUL, several bytes at a time. */
function branchOnLiteral(
  l: Lowering,
  e: TypedExpression,
  literal: string,
  equal: BlockId,
  different: BlockId,
): void {
  const capacity = sizeOf(e.type);
  const bytes = `${literal}\0`;
  // A string that fills its place to the last byte has no NUL to compare with.
  const length = literal.length === capacity ? literal.length : bytes.length;
  if (length > capacity) return l.b.jump(different);
  const place = l.place(e);
  for (let at = 0; at < length; ) {
    const width = accessSize(place, at, capacity - at);
    const used = Math.min(width, length - at);
    const word = l.b.load(width, place.base, place.offset + at);
    const masked = used === width ? word : l.b.binary('and', word, (1n << BigInt(used * 8)) - 1n);
    const next = at + used >= length ? equal : l.b.block();
    l.b.branch('eq', masked, BigInt.asIntN(64, wordAt(bytes, at, used)), next, different);
    l.b.switchTo(next);
    at += used;
  }
}

/** Both in memory: equal when all bytes are, the longer one being zero beyond the shorter. */
function branchOnMemory(
  l: Lowering,
  a: TypedExpression,
  b: TypedExpression,
  equal: BlockId,
  different: BlockId,
): void {
  const [x, y] = [l.place(a), l.place(b)];
  const [common, longer] = [
    Math.min(sizeOf(a.type), sizeOf(b.type)),
    sizeOf(a.type) > sizeOf(b.type) ? x : y,
  ];
  leaveIfDifferent(l, x, y, common, { different, bothEnded: equal });
  if (sizeOf(a.type) === sizeOf(b.type)) return l.b.jump(equal);
  l.b.branch('eq', l.b.load(1, longer.base, longer.offset + common), 0n, equal, different);
}

/** What a string type can hold at most, without the NUL. */
export function capacityOf(type: Type): number {
  return Math.max(0, sizeOf(type) - 1);
}
