/**
 * Kernel types as types of the language, from BTF, converted no further than a program looks: pointers stay
 * named until they are followed, and a struct's fields are converted when they are first listed.
 */
import type { Btf } from '../../btf/btf.ts';
import type { BtfType } from '../../btf/btf-type.ts';
import { alignOf } from '../../program/layout.ts';
import type {
  AddressSpace,
  EnumType,
  NamedType,
  StructField,
  StructType,
  Type,
} from '../../program/types.ts';
import { intType, uint8, uint64, voidType } from './type-rules.ts';

export interface MemberInfo {
  readonly type: Type;
  /** Bytes from the start of the struct; of the storage unit for a bit-field. */
  readonly offset: number;
  readonly bits?: { readonly shift: number; readonly width: number };
  /** A union lies on the way: the verifier may read other types there than we do. */
  readonly throughUnion: boolean;
  /** The pointer is tagged __user or __percpu: not for plain loads. */
  readonly tagged: boolean;
}

export class KernelTypes {
  readonly #source: { readonly btf: Btf | undefined };
  readonly #structs = new Map<number, StructType>();

  /** Asked for its types only when a program names one: reading them costs more than compiling. */
  constructor(source: { readonly btf: Btf | undefined }) {
    this.#source = source;
  }

  get btf(): Btf | undefined {
    return this.#source.btf;
  }

  find(tag: 'struct' | 'union' | 'enum', name: string): NamedType | undefined {
    const id = this.btf?.find(name, tag);
    return id === undefined ? undefined : { kind: 'named', tag, name, btfId: id };
  }

  /** A typedef or integer type by name (`size_t`, `u32`, `unsigned int` …), as a value type. */
  findPlain(name: string, space: AddressSpace): Type | undefined {
    const { btf } = this;
    if (btf === undefined) return undefined;
    const id = btf.find(name, 'typedef') ?? btf.find(name, 'int') ?? btf.find(name, 'struct');
    return id === undefined ? undefined : this.fromBtf(id, space);
  }

  /** An enumerator by name. */
  constant(name: string): { readonly value: bigint; readonly type: Type } | undefined {
    const found = this.btf?.enumConstant(name);
    return found && { value: found.value, type: this.fromBtf(found.enumId, 'kernel') };
  }

  /** Id of the struct or union behind a named type or a struct type. */
  idOf(type: NamedType | StructType | EnumType | Type): number | undefined {
    if (type.kind === 'named') return type.btfId ?? this.btf?.find(type.name, type.tag);
    if (type.kind === 'struct')
      return type.btfId ?? (type.name === '' ? undefined : this.btf?.find(type.name, type.tag));
    return undefined;
  }

  /** The full type behind a name, or undefined when it is only declared. */
  resolve(type: NamedType | Type, space: AddressSpace): Type | undefined {
    if (type.kind !== 'named') return type;
    const id = this.idOf(type);
    return id === undefined ? undefined : this.fromBtf(id, space);
  }

  /** A field by name, through anonymous members. */
  member(type: NamedType | StructType, name: string, space: AddressSpace): MemberInfo | undefined {
    const id = this.idOf(type);
    if (this.btf === undefined || id === undefined)
      return type.kind === 'struct' ? memberOf(type, name) : undefined;
    const found = this.btf.findMember(id, name);
    if (found === undefined) return undefined;
    const fieldType = this.fromBtf(found.typeId, space);
    const parents = [
      this.btf.type(this.btf.strip(id)),
      ...found.path.slice(0, -1).map((m) => this.btf!.type(this.btf!.strip(m.typeId))),
    ];
    return {
      type: fieldType,
      ...placeOf(fieldType, found.bitOffset, found.bitWidth),
      throughUnion: parents.some((parent) => parent.kind === 'union'),
      tagged: this.#tagged(found.typeId),
    };
  }

  /** The type of a BTF id as a value. Forward declarations and functions become void. */
  fromBtf(id: number, space: AddressSpace): Type {
    const btf = this.btf!;
    const type = btf.type(btf.strip(id));
    switch (type.kind) {
      case 'int':
        if (type.bool) return { kind: 'bool' };
        return type.size > 8
          ? { kind: 'array', element: uint64, length: type.size / 8 }
          : intType(type.size, type.signed);
      case 'enum':
        return enumOf(type);
      case 'ptr':
        return { kind: 'pointer', to: this.#pointee(type.to, space), space };
      case 'array':
        return this.#array(type, space);
      case 'struct':
      case 'union':
        return this.#struct(type, space);
      case 'float':
        return { kind: 'array', element: uint8, length: type.size };
      default:
        return voidType;
    }
  }

  #pointee(id: number, space: AddressSpace): Type | NamedType {
    const btf = this.btf!;
    const type = btf.type(btf.strip(id));
    if (type.kind === 'struct' || type.kind === 'union')
      return { kind: 'named', tag: type.kind, name: type.name, btfId: type.id };
    if (type.kind === 'fwd') return { kind: 'named', tag: type.tag, name: type.name };
    return this.fromBtf(id, space);
  }

  #array(array: Extract<BtfType, { kind: 'array' }>, space: AddressSpace): Type {
    const element = this.btf!.type(this.btf!.strip(array.element));
    if (element.kind === 'int' && element.size === 1 && isChar(element))
      return { kind: 'string', size: array.length };
    return { kind: 'array', element: this.fromBtf(array.element, space), length: array.length };
  }

  #struct(type: Extract<BtfType, { kind: 'struct' | 'union' }>, space: AddressSpace): StructType {
    let made = this.#structs.get(type.id);
    if (made === undefined) {
      made = new LazyStruct(type, () => type.members.map((member) => this.#field(member, space)));
      this.#structs.set(type.id, made);
    }
    return made;
  }

  #field(
    member: Extract<BtfType, { kind: 'struct' | 'union' }>['members'][number],
    space: AddressSpace,
  ): StructField {
    const type = this.fromBtf(member.type, space);
    return { name: member.name, type, ...placeOf(type, member.bitOffset, member.bitWidth) };
  }

  #tagged(id: number): boolean {
    const btf = this.btf!;
    let type = btf.type(btf.strip(id));
    if (type.kind !== 'ptr') return false;
    for (let next = type.to; ; ) {
      type = btf.type(next);
      if (type.kind === 'type_tag' && (type.name === 'user' || type.name === 'percpu')) return true;
      if (
        type.kind !== 'type_tag' &&
        type.kind !== 'const' &&
        type.kind !== 'volatile' &&
        type.kind !== 'restrict'
      )
        return false;
      next = type.to;
    }
  }
}

class LazyStruct implements StructType {
  readonly kind = 'struct';
  readonly tag: 'struct' | 'union';
  readonly name: string;
  readonly size: number;
  readonly btfId: number;
  readonly #make: () => StructField[];
  #fields: StructField[] | undefined;
  #align: number | undefined;

  constructor(type: Extract<BtfType, { kind: 'struct' | 'union' }>, make: () => StructField[]) {
    this.tag = type.kind;
    this.name = type.name;
    this.size = type.size;
    this.btfId = type.id;
    this.#make = make;
  }

  /** BTF does not tell: the widest member's, unless the members show that the struct is packed. */
  get align(): number {
    this.#align ??= alignmentOf(this);
    return this.#align;
  }

  get fields(): readonly StructField[] {
    this.#fields ??= this.#make();
    return this.#fields;
  }
}

function alignmentOf({ fields, size }: StructType): number {
  const widest = Math.max(1, ...fields.map(({ type }) => alignOf(type)));
  const isPacked = size % widest !== 0 || fields.some(({ type, offset }) => offset % alignOf(type) !== 0);
  return isPacked ? 1 : widest;
}

function isChar(type: Extract<BtfType, { kind: 'int' }>): boolean {
  return type.char || type.name === 'char';
}

function enumOf(type: Extract<BtfType, { kind: 'enum' }>): EnumType {
  const sizes = [1, 2, 4, 8] as const;
  return {
    kind: 'enum',
    name: type.name,
    size: sizes.find((size) => size === type.size) ?? 4,
    signed: type.signed,
    variants: new Map(type.variants.map((variant) => [variant.value, variant.name])),
  };
}

/** Where a member lies: for a bit-field, the naturally aligned unit of its type that holds it, and the bits in it. */
function placeOf(
  type: Type,
  bitOffset: number,
  bitWidth: number,
): { offset: number; bits?: { shift: number; width: number } } {
  if (bitWidth === 0) return { offset: Math.floor(bitOffset / 8) };
  const size = type.kind === 'int' || type.kind === 'enum' ? type.size : 1;
  const unit = Math.floor(bitOffset / 8 / size) * size;
  return { offset: unit, bits: { shift: bitOffset - unit * 8, width: bitWidth } };
}

export function memberOf(type: StructType, name: string): MemberInfo | undefined {
  for (const field of type.fields) {
    if (field.name === name) return { ...field, throughUnion: type.tag === 'union', tagged: false };
    if (field.name !== '' || field.type.kind !== 'struct') continue;
    const inner = memberOf(field.type, name);
    if (inner !== undefined) {
      return {
        ...inner,
        offset: inner.offset + field.offset,
        throughUnion: inner.throughUnion || type.tag === 'union',
      };
    }
  }
  return undefined;
}
