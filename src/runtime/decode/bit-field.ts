/**
 * Bit-fields: some bits of an integer in memory, always unsigned (the language does not extend their sign).
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
  return (memory, offset) => BigInt.asUintN(bits.width, BigInt(read(memory, offset)) >> BigInt(bits.shift));
}
