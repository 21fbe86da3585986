/** Scalars in registers and memory. A value of a narrow type is always extended to 64 bits by its own sign. */
import type { Type } from '../../program/types.ts';
import type { AccessSize, UnaryOp, ValueId } from '../ir.ts';
import type { Lowering } from './lowering.ts';
import type { Place } from './place.ts';

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
  { base, offset }: Place,
  options: { invariant?: boolean } = {},
): ValueId {
  return l.b.load(scalarSize(type), base, offset, { signed: scalarSigned(type), ...options });
}

export function storeScalar(l: Lowering, type: Type, { base, offset }: Place, value: ValueId): void {
  l.b.store(scalarSize(type), base, offset, value);
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
