/**
 * Integers of all widths, as numbers wherever a double holds them exactly: a bigint costs an allocation, and
 * almost no 64-bit value in practice needs one.
 */
import type { EnumType, IntType } from '../../program/types.ts';
import type { Memory, Reader } from './memory.ts';

/** The upper half of a 64-bit value above which doubles are no longer exact. */
const exactHigh = 2 ** 21;
const two32 = 2 ** 32;

export function readSigned64(memory: Memory, offset: number): number | bigint {
  const high = memory.view.getInt32(offset + 4, true);
  if (high < exactHigh && high >= -exactHigh) return high * two32 + memory.view.getUint32(offset, true);
  return memory.view.getBigInt64(offset, true);
}

export function readUnsigned64(memory: Memory, offset: number): number | bigint {
  const high = memory.view.getUint32(offset + 4, true);
  if (high < exactHigh) return high * two32 + memory.view.getUint32(offset, true);
  return memory.view.getBigUint64(offset, true);
}

const signed: Readonly<Record<IntType['size'], Reader<number | bigint>>> = {
  1: ({ view }, offset) => view.getInt8(offset),
  2: ({ view }, offset) => view.getInt16(offset, true),
  4: ({ view }, offset) => view.getInt32(offset, true),
  8: readSigned64,
};

const unsigned: typeof signed = {
  1: ({ view }, offset) => view.getUint8(offset),
  2: ({ view }, offset) => view.getUint16(offset, true),
  4: ({ view }, offset) => view.getUint32(offset, true),
  8: readUnsigned64,
};

export function integerReader(type: IntType | EnumType): Reader<number | bigint> {
  return (type.signed ? signed : unsigned)[type.size];
}

/** `0x1f`, of the 64 bits at `offset`. */
export function readAddress(memory: Memory, offset: number): string {
  return `0x${readUnsigned64(memory, offset).toString(16)}`;
}
