/** C types while declarations are read: the value type that the language sees, and what only C needs to know. */
import { alignOf, sizeOf } from '../../program/layout.ts';
import type { EnumType, NamedType, StructType, Type } from '../../program/types.ts';

export interface CType {
  /** A name only for structs, unions and enums that are not defined (yet): good for pointers. */
  readonly type: Type | NamedType;
  readonly size: number;
  readonly align: number;
  /** Has a size: may be a member, an element, an operand of sizeof. */
  readonly complete: boolean;
  /** Arrays of it are strings. */
  readonly character?: boolean;
  readonly isFunction?: boolean;
}

export interface CTypes {
  /** By tag and name: `struct sock`. */
  readonly tagged: ReadonlyMap<string, StructType | EnumType>;
  readonly typedefs: ReadonlyMap<string, CType>;
  readonly constants: ReadonlyMap<string, { readonly value: bigint; readonly type: EnumType }>;
}

/** Types that the text names but does not define: those of the kernel. */
export interface ExternalTypes {
  readonly plain: (name: string) => Type | undefined;
  readonly tagged: (tag: 'struct' | 'union' | 'enum', name: string) => Type | undefined;
  readonly constant: (name: string) => bigint | undefined;
}

export const voidCType: CType = { type: { kind: 'void' }, size: 0, align: 1, complete: false };
export const functionCType: CType = { ...voidCType, isFunction: true };

export function completeType(type: Type): CType {
  return { type, size: sizeOf(type), align: alignOf(type), complete: type.kind !== 'void' };
}

export function integer(size: 1 | 2 | 4 | 8, signed: boolean): CType {
  const type: Type = { kind: 'int', size, signed };
  return { type, size, align: size, complete: true, ...(size === 1 && signed ? { character: true } : {}) };
}

/** Values that the language has no type for, seen as their bytes. */
export function opaque(size: number): CType {
  const type: Type = { kind: 'array', element: { kind: 'int', size: 1, signed: false }, length: size };
  return { type, size, align: size, complete: true };
}

export function pointerTo({ type, isFunction }: CType): CType {
  const to: Type | NamedType = isFunction ? { kind: 'void' } : type;
  return { type: { kind: 'pointer', to, space: 'unknown' }, size: 8, align: 8, complete: true };
}

/** `length` is undefined for a flexible array. The element must have a size. */
export function arrayOf(element: CType, length: number | undefined): CType {
  const type = element.type as Type;
  const count = length ?? 0;
  const size = element.size * count;
  const rest = { size, align: element.align, complete: length !== undefined };
  if (element.character) return { type: { kind: 'string', size: count }, ...rest };
  return { type: { kind: 'array', element: type, length: count }, ...rest };
}
