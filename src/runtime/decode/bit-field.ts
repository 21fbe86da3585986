/**
 * Bit-fields: some bits of an integer in memory, with the sign of the integer's type.
 */
import type { StructField } from '../../program/types.ts';
import { integerReader } from './integer.ts';
import type { Reader } from './memory.ts';

/** Undefined for members that are no bit-fields. The offset given to it is that of the storage unit. */
export function bitFieldReader({ type, bits }: StructField): Reader<bigint> | undefined {
  if (bits === undefined || (type.kind !== 'int' && type.kind !== 'bool' && type.kind !== 'enum'))
    return undefined;
  const size = type.kind === 'bool' ? 1 : type.size;
  const read = integerReader({ kind: 'int', size, signed: false });
  const cut = type.kind !== 'bool' && type.signed ? BigInt.asIntN : BigInt.asUintN;
  return (memory, offset) => cut(bits.width, BigInt(read(memory, offset)) >> BigInt(bits.shift));
}
