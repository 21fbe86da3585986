/** Scalars in registers and memory. A value of a narrow type is always extended to 64 bits by its own sign. */
import type { Type } from '../../program/types.ts';
import type { AccessSize, UnaryOp, ValueId } from '../ir.ts';
import type { Lowering } from './lowering.ts';
import { accessSize, type Place } from './place.ts';

export function scalarSize(type: Type): AccessSize {
  switch (type.kind) {
    case 'int':
    case 'enum':
      return type.size;
    case 'bool':
      return 1;
    default:
      return 8;
  }
}

export function scalarSigned(type: Type): boolean {
  return (type.kind === 'int' || type.kind === 'enum') && type.signed;
}

export function loadScalar(
  l: Lowering,
  type: Type,
  place: Place,
  options: { invariant?: boolean } = {},
): ValueId {
  const [size, signed] = [scalarSize(type), scalarSigned(type)];
  const width = accessSize(place, 0, size);
  if (width === size) return l.b.load(size, place.base, place.offset, { signed, ...options });
  let whole = l.b.load(width, place.base, place.offset, options);
  for (let at: number = width; at < size; at += width) {
    const piece = l.b.load(width, place.base, place.offset + at, options);
    whole = l.b.binary('or', whole, l.b.binary('lsh', piece, BigInt(8 * at)));
  }
  return extend(l, whole, size, signed);
}

/** In pieces where the place is not aligned for the whole: an array of bytes made from an integer, a packed struct. */
export function storeScalar(l: Lowering, type: Type, place: Place, value: ValueId): void {
  const size = scalarSize(type);
  const width = accessSize(place, 0, size);
  for (let at = 0; at < size; at += width) {
    const piece = at === 0 ? value : l.b.binary('rsh', value, BigInt(8 * at));
    l.b.store(width, place.base, place.offset + at, piece);
  }
}

/** Cuts a 64-bit value to `size` bytes and extends it again. */
export function extend(l: Lowering, value: ValueId, size: AccessSize, signed: boolean): ValueId {
  if (size === 8) return value;
  const operator = `${signed ? 'sext' : 'zext'}${size * 8}` as UnaryOp;
  return l.b.unary(operator, value);
}

/** A bit-field out of its storage unit, sign-extended when it is signed. */
export function extractBits(
  l: Lowering,
  unit: ValueId,
  bits: { readonly shift: number; readonly width: number },
  signed: boolean,
): ValueId {
  const up = l.b.binary('lsh', unit, BigInt(64 - bits.shift - bits.width));
  return l.b.binary(signed ? 'arsh' : 'rsh', up, BigInt(64 - bits.width));
}

/** Value `from` as type `to`, both scalar. */
export function convertScalar(l: Lowering, value: ValueId, from: Type, to: Type): ValueId {
  if (to.kind === 'bool') return from.kind === 'bool' ? value : l.b.compare('ne', value, 0n);
  const [size, signed] = [scalarSize(to), scalarSigned(to)];
  const [fromSize, fromSigned] = [scalarSize(from), scalarSigned(from)];
  const fits =
    size > fromSize
      ? signed || !fromSigned || size === 8
      : size === fromSize && (signed === fromSigned || size === 8);
  return fits ? value : extend(l, value, size, signed);
}
