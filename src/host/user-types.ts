/**
 * Types of user programs, from their debug information, as types of the language. Structs behind pointers stay names
 * until they are followed: a struct is kept under the name of its entry, and found by it again.
 * As in bpftrace, enumerations are integers, and truth values are bytes.
 */
import type { CompositeType, DwarfMember, DwarfType } from '../elf/dwarf/types.ts';
import type { IntType, NamedType, StructField, StructType, Type } from '../program/types.ts';

const sizes = [1, 2, 4, 8] as const;
const bytesOf = (length: number): Type => ({
  kind: 'array',
  element: { kind: 'int', size: 1, signed: false },
  length,
});

export class UserTypes {
  readonly #composites = new Map<string, StructType>();

  /** A struct that a converted type names. */
  find(origin: string): StructType | undefined {
    return this.#composites.get(origin);
  }

  convert(type: DwarfType): Type {
    switch (type.kind) {
      case 'integer':
      case 'boolean':
        return integer(type.size, type.signed) ?? wide(type.size);
      case 'enum':
        return integer(type.size, type.signed) ?? bytesOf(type.size);
      case 'pointer':
        return { kind: 'pointer', to: this.#pointee(type.to()), space: 'user' };
      case 'array':
        return this.#array(type);
      case 'struct':
      case 'union':
        return this.#composite(type);
      case 'float':
      case 'complex':
        return bytesOf(type.size);
      case 'function':
      case 'void':
        return { kind: 'void' };
    }
  }

  #pointee(type: DwarfType): Type | NamedType {
    if (type.kind !== 'struct' && type.kind !== 'union') return this.convert(type);
    this.#composite(type);
    return { kind: 'named', tag: type.kind, name: type.name, origin: type.id };
  }

  #array({ element, length }: Extract<DwarfType, { kind: 'array' }>): Type {
    if (element.kind === 'integer' && element.character && length > 0)
      return { kind: 'string', size: length };
    return { kind: 'array', element: this.convert(element), length };
  }

  #composite(type: CompositeType): StructType {
    let made = this.#composites.get(type.id);
    if (made === undefined) {
      made = new UserStruct(type, (member) => this.#field(member));
      this.#composites.set(type.id, made);
    }
    return made;
  }

  #field({ name, type, bitOffset, bitSize }: DwarfMember): StructField {
    const converted = this.convert(type);
    if (bitSize === 0) return { name, type: converted, offset: Math.floor(bitOffset / 8) };
    const size = converted.kind === 'int' ? converted.size : 1;
    const offset = Math.floor(bitOffset / 8 / size) * size;
    return { name, type: converted, offset, bits: { shift: bitOffset - offset * 8, width: bitSize } };
  }
}

function integer(size: number, signed: boolean): IntType | undefined {
  const known = sizes.find((one) => one === size);
  return known && { kind: 'int', size: known, signed };
}

/** __int128 and the like: words, the low one first. */
function wide(size: number): Type {
  if (size % 8 !== 0) return bytesOf(size);
  return { kind: 'array', element: { kind: 'int', size: 8, signed: false }, length: size / 8 };
}

class UserStruct implements StructType {
  readonly kind = 'struct';
  readonly tag: 'struct' | 'union';
  readonly name: string;
  readonly size: number;
  readonly origin: string;
  /** Nothing is read from its memory but copies of it: the verifier knows no such type. */
  readonly align = 1;
  readonly #make: () => StructField[];
  #fields: readonly StructField[] | undefined;

  constructor(type: CompositeType, field: (member: DwarfMember) => StructField) {
    this.tag = type.kind;
    this.name = type.name;
    this.size = type.size;
    this.origin = type.id;
    this.#make = () => type.members().map(field);
  }

  get fields(): readonly StructField[] {
    this.#fields ??= this.#make();
    return this.#fields;
  }
}
