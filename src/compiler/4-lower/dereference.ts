/**
 * Reading what pointers lead to. A pointer that the verifier knows to be a kernel object (the current task, the
 * arguments of a BTF tracepoint, and pointers read from those) is followed with a plain load, which the kernel
 * makes safe; anything else is read by a helper that fails softly, giving zero.
 */
import { sizeOf } from '../../program/layout.ts';
import type { AddressSpace } from '../../program/types.ts';
import { isScalar } from '../3-check/type-rules.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import type { ValueId } from '../ir.ts';
import { callReader } from './failures.ts';
import { helpers } from './helper-ids.ts';
import { addressed, isTrusted, pointerAsNumber } from './kernel-pointers.ts';
import type { Lowering } from './lowering.ts';
import { zeroMemory } from './memory.ts';
import { type Place, placeAt } from './place.ts';
import { extend, extractBits, loadScalar, scalarSigned, scalarSize } from './scalars.ts';
import { readString } from './strings.ts';

type Dereference = Extract<TypedExpression, { op: 'dereference' }>;

/** What a helper reads from. The verifier refuses an address outside of the memory that it knows of. */
function baseOf(l: Lowering, e: Dereference): ValueId {
  return addressed(e.pointer) !== undefined && !isOwnMemory(e)
    ? pointerAsNumber(l, e.pointer)
    : l.value(e.pointer);
}

function spaceOf(e: Dereference): AddressSpace {
  return e.pointer.type.kind === 'pointer' ? e.pointer.type.space : 'unknown';
}

/**
 * Of a variable or a map's value, all of it. A pointer that went through a variable, or was computed with, may lead
 * anywhere: the verifier has lost it, or the type it was cast to is larger than what is there.
 */
function isOwnMemory(e: Dereference): boolean {
  const type = addressed(e.pointer)?.type;
  if (type?.kind !== 'pointer' || type.to.kind === 'named') return false;
  return e.offset >= 0 && e.offset + sizeOf(e.type) <= sizeOf(type.to);
}

/** The kernel makes up what a program sees through `ctx`: only loads get it, a helper reads what is really there. */
function isContext({ pointer }: Dereference): boolean {
  return pointer.op === 'call' && pointer.entry.wordsOnly !== undefined;
}

export function dereferenceValue(l: Lowering, e: Dereference): ValueId {
  const direct = isOwnMemory(e) || isContext(e) || (isTrusted(l, e.pointer) && e.plainLoad === true);
  const loaded = direct ? directLoad(l, e) : helperLoad(l, e);
  return e.bits === undefined ? loaded : extractBits(l, loaded, e.bits, scalarSigned(e.type));
}

function directLoad(l: Lowering, e: Dereference): ValueId {
  if (e.pointer.op === 'call' && e.pointer.entry.wordsOnly?.(l) === true) return wordLoad(l, e);
  return loadScalar(
    l,
    e.type,
    { base: l.value(e.pointer), offset: e.offset, align: 8 },
    { invariant: e.invariant === true },
  );
}

/** A value out of the word that holds it. */
function wordLoad(l: Lowering, e: Dereference): ValueId {
  const word = l.b.load(8, l.value(e.pointer), e.offset & ~7, { invariant: e.invariant === true });
  const shift = (e.offset & 7) * 8;
  const value = shift === 0 ? word : l.b.binary('rsh', word, BigInt(shift));
  return extend(l, value, scalarSize(e.type), scalarSigned(e.type));
}

function helperLoad(l: Lowering, e: Dereference): ValueId {
  return l.withTemporaries(() => {
    const place = l.temporary(8);
    readMemory(l, e, place, Math.min(8, sizeOf(e.type)));
    return loadScalar(l, e.type, place);
  });
}

/** `capacity`: room at `to` for a string that may fill its field to the last byte, and needs a NUL behind it. */
export function dereferenceInto(l: Lowering, e: Dereference, to: Place, capacity = sizeOf(e.type)): void {
  const size = sizeOf(e.type);
  const trusted = isTrusted(l, e.pointer) && e.plainLoad === true;
  if ((isOwnMemory(e) || trusted) && size <= 64 && e.type.kind === 'string') {
    const base = l.value(e.pointer);
    copyWords(l, { base, offset: e.offset, align: 8 }, to, size);
    zeroMemory(l, placeAt(to, size), capacity - size);
    return;
  }
  if (e.type.kind === 'string') {
    const from = { base: baseOf(l, e), offset: e.offset, align: 8 as const };
    const read = Math.min(capacity, size + 1);
    readString(l, l.address(from), spaceOf(e), to, read);
    zeroMemory(l, placeAt(to, read), capacity - read);
    return;
  }
  readMemory(l, e, to, size);
}

function copyWords(l: Lowering, from: Place, to: Place, size: number): void {
  for (let at = 0; at < size; ) {
    const left = size - at;
    const width =
      ([8, 4, 2, 1] as const).find(
        (w) => w <= left && (from.offset + at) % w === 0 && (to.offset + at) % w === 0 && w <= to.align,
      ) ?? 1;
    l.b.store(width, to.base, to.offset + at, l.b.load(width, from.base, from.offset + at));
    at += width;
  }
}

export function readHelper(space: AddressSpace): number {
  if (space === 'user') return helpers.probeReadUser;
  return space === 'unknown' ? helpers.probeRead : helpers.probeReadKernel;
}

/** The helpers clear what they could not read. */
function readMemory(l: Lowering, e: Dereference, to: Place, size: number): void {
  const address = l.address({ base: baseOf(l, e), offset: e.offset, align: 8 });
  callReader(l, readHelper(spaceOf(e)), [l.address(to), BigInt(size), address]);
}

export { isScalar, zeroMemory };
