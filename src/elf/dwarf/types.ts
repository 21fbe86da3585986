/**
 * Types as the source declared them, from their entries. Converted no further than is looked: what a pointer leads to
 * and the members of a struct are read when they are asked for, so that types may refer to themselves.
 */
import { At, Encoding, Tag } from './constants.ts';
import { findDefinition } from './definitions.ts';
import type { Dwarf } from './dwarf.ts';
import { isPassedByReference } from './passing.ts';
import type { Entry } from './unit.ts';

export type DwarfType =
  | { readonly kind: 'void' }
  | {
      readonly kind: 'integer' | 'boolean' | 'float' | 'complex';
      readonly name: string;
      readonly size: number;
      readonly signed: boolean;
      /** It is a character: arrays of it are strings. */
      readonly character: boolean;
    }
  | { readonly kind: 'enum'; readonly name: string; readonly size: number; readonly signed: boolean }
  /** References too. */
  | { readonly kind: 'pointer'; readonly size: number; readonly to: () => DwarfType }
  | { readonly kind: 'array'; readonly element: DwarfType; readonly length: number }
  | { readonly kind: 'function' }
  | CompositeType;

export interface CompositeType {
  readonly kind: 'struct' | 'union';
  /** Empty when it has none. */
  readonly name: string;
  /** Tells it from all others of the file. */
  readonly id: string;
  readonly size: number;
  /** Objects of it are passed to functions by their address. */
  readonly passedByReference: () => boolean;
  /** Those of base classes stand in members without name. */
  readonly members: () => readonly DwarfMember[];
}

export interface DwarfMember {
  readonly name: string;
  readonly type: DwarfType;
  /** Bits from the start of the struct. */
  readonly bitOffset: number;
  /** Of a bit-field, else 0. */
  readonly bitSize: number;
}

export const voidType: DwarfType = { kind: 'void' };
const depthLimit = 64;
const memberLimit = 10_000;

/** The type that an attribute of an entry refers to; void when there is none. */
export function typeOf(dwarf: Dwarf, entry: Entry, depth = 0): DwarfType {
  const referred = dwarf.referred(entry, At.type);
  return referred === undefined ? voidType : readType(referred.dwarf, referred.entry, depth + 1);
}

type Reader = (dwarf: Dwarf, entry: Entry, depth: number) => DwarfType;

const through: Reader = (dwarf, entry, depth) => typeOf(dwarf, entry, depth);
const pointer: Reader = (dwarf, entry) => ({
  kind: 'pointer',
  size: dwarf.number(entry, At.byte_size) ?? entry.unit.header.addressSize,
  to: () => typeOf(dwarf, entry),
});

const readers: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [Tag.base_type, readBase],
  [Tag.pointer_type, pointer],
  [Tag.reference_type, pointer],
  [Tag.rvalue_reference_type, pointer],
  [Tag.ptr_to_member_type, (_dwarf, entry) => memberPointer(entry)],
  [Tag.typedef, through],
  [Tag.const_type, through],
  [Tag.volatile_type, through],
  [Tag.restrict_type, through],
  [Tag.atomic_type, through],
  [Tag.structure_type, composite('struct')],
  [Tag.class_type, composite('struct')],
  [Tag.interface_type, composite('struct')],
  [Tag.union_type, composite('union')],
  [Tag.enumeration_type, readEnum],
  [Tag.array_type, readArray],
  [Tag.subroutine_type, () => ({ kind: 'function' })],
]);

/** @throws ElfError when types are nested without end */
export function readType(dwarf: Dwarf, entry: Entry, depth = 0): DwarfType {
  if (depth > depthLimit) throw entry.unit.header.section.error(entry.offset, 'a type is nested too deep');
  return readers.get(entry.tag)?.(dwarf, entry, depth) ?? voidType;
}

const kinds: ReadonlyMap<number, 'boolean' | 'float' | 'complex'> = new Map([
  [Encoding.boolean, 'boolean'],
  [Encoding.float, 'float'],
  [Encoding.complex_float, 'complex'],
]);

function readBase(dwarf: Dwarf, entry: Entry): DwarfType {
  const encoding = dwarf.number(entry, At.encoding) ?? 0;
  const size = dwarf.number(entry, At.byte_size) ?? 0;
  return {
    kind: kinds.get(encoding) ?? 'integer',
    name: dwarf.text(entry, At.name) ?? '',
    size,
    signed: encoding === Encoding.signed || encoding === Encoding.signed_char,
    character: size === 1 && (encoding === Encoding.signed_char || encoding === Encoding.unsigned_char),
  };
}

/** To a data member an offset, to a function two words. */
function memberPointer(entry: Entry): DwarfType {
  const size = entry.unit.header.addressSize;
  return { kind: 'integer', name: '', size, signed: true, character: false };
}

function readEnum(dwarf: Dwarf, entry: Entry, depth: number): DwarfType {
  const under = typeOf(dwarf, entry, depth);
  const size = dwarf.number(entry, At.byte_size) ?? ('size' in under ? under.size : 4);
  const signed = under.kind === 'integer' ? under.signed : false;
  return { kind: 'enum', name: dwarf.text(entry, At.name) ?? '', size, signed };
}

/** Dimensions stand outermost first. */
function readArray(dwarf: Dwarf, entry: Entry, depth: number): DwarfType {
  const lengths: number[] = [];
  for (const child of entry.unit.children(entry)) {
    if (child.tag === Tag.subrange_type) lengths.push(lengthOf(child));
  }
  const element = typeOf(dwarf, entry, depth);
  return lengths.reduceRight<DwarfType>(
    (inner, length) => ({ kind: 'array', element: inner, length }),
    element,
  );
}

function lengthOf(subrange: Entry): number {
  const constant = (attribute: number) => {
    const value = subrange.values.get(attribute);
    return value?.class === 'constant' ? value.number : undefined;
  };
  const last = constant(At.upper_bound);
  const length = constant(At.count) ?? (last === undefined ? 0 : last + 1);
  // Written in four bytes, -1 is the last element of none.
  return length > 0 && length < 0xffffffff ? length : 0;
}

function composite(kind: 'struct' | 'union'): Reader {
  return (dwarf, declared, depth) => {
    const { dwarf: home, entry } = definitionOf(dwarf, declared);
    const members = () => readMembers(home, entry, depth);
    return {
      kind,
      name: home.text(entry, At.name) ?? '',
      id: `${home.sections.file}:${entry.unit.header.section.name}:${entry.offset}`,
      size: home.number(entry, At.byte_size) ?? 0,
      passedByReference: () => isPassedByReference(home, entry, members),
      members,
    };
  };
}

/** A declaration leads to the definition by the signature of its type unit, or by its name. */
function definitionOf(dwarf: Dwarf, entry: Entry): { readonly dwarf: Dwarf; readonly entry: Entry } {
  if (!dwarf.flag(entry, At.declaration)) return { dwarf, entry };
  return dwarf.referred(entry, At.signature) ?? { dwarf, entry: findDefinition(dwarf, entry) ?? entry };
}

function readMembers(dwarf: Dwarf, entry: Entry, depth: number): DwarfMember[] {
  const members: DwarfMember[] = [];
  for (const child of entry.unit.children(entry)) {
    const isMember = child.tag === Tag.member || child.tag === Tag.inheritance;
    if (!isMember || isStatic(dwarf, child)) continue;
    if (members.length >= memberLimit)
      throw entry.unit.header.section.error(entry.offset, 'too many members');
    const name = child.tag === Tag.member ? (dwarf.text(child, At.name) ?? '') : '';
    members.push({ name, type: typeOf(dwarf, child, depth), ...placeOf(dwarf, child) });
  }
  return members;
}

const isStatic = (dwarf: Dwarf, member: Entry) =>
  dwarf.flag(member, At.external) || dwarf.flag(member, At.declaration);

/**
 * DW_AT_data_bit_offset counts from the start of the struct. The older DW_AT_bit_offset counts, on a little-endian
 * machine, from the most significant bit of the storage unit at DW_AT_data_member_location. A virtual base class has
 * an expression for its place: it is where the object's table says, and left at 0.
 */
function placeOf(dwarf: Dwarf, member: Entry): { bitOffset: number; bitSize: number } {
  const location = member.values.get(At.data_member_location);
  const byte =
    location === undefined
      ? 0
      : location.block === undefined
        ? location.number
        : plusConstant(location.block);
  const bitSize = dwarf.number(member, At.bit_size) ?? 0;
  const bits = dwarf.number(member, At.data_bit_offset);
  if (bits !== undefined) return { bitOffset: bits, bitSize };
  const fromTop = dwarf.number(member, At.bit_offset);
  if (fromTop === undefined) return { bitOffset: byte * 8, bitSize };
  const type = typeOf(dwarf, member);
  const unit = dwarf.number(member, At.byte_size) ?? ('size' in type ? type.size : 4);
  return { bitOffset: byte * 8 + unit * 8 - fromTop - bitSize, bitSize };
}

/** DWARF 2: DW_OP_plus_uconst N. */
function plusConstant(block: Uint8Array): number {
  if (block[0] !== 0x23) return 0;
  let value = 0;
  let scale = 1;
  for (const byte of block.subarray(1)) {
    value += (byte & 0x7f) * scale;
    scale *= 128;
  }
  return value;
}
