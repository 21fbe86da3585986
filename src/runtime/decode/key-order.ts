/**
 * The order of map keys (language reference, section 6.3): integers by value, 64-bit ones as signed; strings
 * byte by byte; tuples by their first element, then the second and so on. Kinds for which the reference keeps
 * the order of the hash table are ordered by their bytes, so that the same map prints the same way twice.
 */
import { layoutOf, memberTypes, sizeOf } from '../../program/layout.ts';
import type { IntType, Type } from '../../program/types.ts';
import { integerReader } from './integer.ts';
import type { Memory } from './memory.ts';
import { endOfString } from './string.ts';

/** Below, at or above zero as the value at `a` sorts before, with or after the one at `b`. */
export type Comparator = (memory: Memory, a: number, b: number) => number;

export function keyComparator(type: Type): Comparator {
  switch (type.kind) {
    case 'int':
      return byInteger({ ...type, signed: type.signed || type.size === 8 });
    case 'enum':
      return byInteger({ kind: 'int', size: type.size, signed: type.signed });
    case 'bool':
      return byInteger({ kind: 'int', size: 1, signed: false });
    case 'string':
      return byText(type.size);
    case 'tuple':
    case 'record':
      return byMembers(memberTypes(type).map(keyComparator), layoutOf(type).offsets);
    default:
      return byBytes(sizeOf(type));
  }
}

function byInteger(type: IntType): Comparator {
  const read = integerReader(type);
  return (memory, a, b) => order(read(memory, a), read(memory, b));
}

function byText(size: number): Comparator {
  return ({ bytes }, a, b) =>
    bytes.compare(bytes, b, endOfString(bytes, b, b + size), a, endOfString(bytes, a, a + size));
}

/** By the bytes as they lie in memory. */
export function byBytes(size: number): Comparator {
  return ({ bytes }, a, b) => bytes.compare(bytes, b, b + size, a, a + size);
}

function byMembers(comparators: readonly Comparator[], offsets: readonly number[]): Comparator {
  return (memory, a, b) => {
    for (const [index, compare] of comparators.entries()) {
      const at = offsets[index] ?? 0;
      const result = compare(memory, a + at, b + at);
      if (result !== 0) return result;
    }
    return 0;
  };
}

export function order(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}
