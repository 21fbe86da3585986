/**
 * Layout of structs and unions by the System V ABI for x86-64 and the AAPCS64 as gcc implements them for C:
 * - a member lies at the next multiple of its alignment; `packed` makes that 1, `aligned(n)` raises it;
 * - a bit-field lies at the next free bit, unless it would cross a boundary of its declared type: then at that
 *   boundary; `packed` lets it cross. A bit-field of width 0 goes to the next boundary of its type;
 * - named members raise the alignment of the whole (bit-fields by their declared type), unnamed bit-fields do not.
 * Checked against gcc in struct-layout.test.ts.
 */
import { roundUp } from '../../program/layout.ts';
import type { StructField, StructType, Type } from '../../program/types.ts';
import type { CType } from './c-type.ts';

export interface CMember {
  /** Empty for an anonymous struct or union, or a bit-field that is only padding. */
  readonly name: string;
  readonly type: CType;
  /** Width in bits of a bit-field. */
  readonly width?: number;
  readonly attributes: LayoutAttributes;
}

export interface LayoutAttributes {
  readonly packed: boolean;
  /** Least alignment in bytes; 1 when there is none. */
  readonly aligned: number;
}

export const noAttributes: LayoutAttributes = { packed: false, aligned: 1 };

export interface StructShape {
  readonly tag: 'struct' | 'union';
  readonly name: string;
  readonly members: readonly CMember[];
  readonly attributes: LayoutAttributes;
}

export function layOutStruct({ tag, name, members, attributes }: StructShape): StructType {
  const fields: StructField[] = [];
  let bit = 0;
  let end = 0;
  let align = attributes.aligned;
  for (const member of members) {
    if (tag === 'union') bit = 0;
    const packed = attributes.packed || member.attributes.packed;
    const own = Math.max(packed ? 1 : member.type.align, member.attributes.aligned);
    const at = member.width === undefined ? roundUp(bit, own * 8) : bitFieldStart(member, bit, own, packed);
    const counts = member.width === undefined || member.name !== '';
    if (counts) align = Math.max(align, own);
    if (counts) fields.push(fieldAt(member, at));
    bit = at + (member.width ?? member.type.size * 8);
    end = Math.max(end, bit);
  }
  const size = roundUp(Math.ceil(end / 8), align);
  return { kind: 'struct', tag, name, size, align, fields };
}

function bitFieldStart(
  { type, width = 0, attributes }: CMember,
  bit: number,
  own: number,
  packed: boolean,
): number {
  const unit = type.size * 8;
  if (width === 0) return roundUp(bit, Math.max(type.align, attributes.aligned) * 8);
  if (attributes.aligned > 1) return roundUp(bit, own * 8);
  if (packed) return bit;
  return Math.floor(bit / unit) === Math.floor((bit + width - 1) / unit) ? bit : roundUp(bit, type.align * 8);
}

function fieldAt({ name, type, width }: CMember, bit: number): StructField {
  const value = type.type as Type;
  if (width === undefined) return { name, type: value, offset: bit / 8 };
  return { name, ...bitPlace(value, bit, width) };
}

const loads = [1, 2, 4, 8] as const;

/**
 * The load that covers a bit-field: of its declared type where that is aligned, else the least one from its first
 * byte on (fields of packed structs cross the units of their types).
 */
export function bitPlace(type: Type, bit: number, width: number): Omit<StructField, 'name'> {
  const size = type.kind === 'int' || type.kind === 'enum' ? type.size : 1;
  const unit = Math.floor(bit / (8 * size)) * size;
  const shift = bit - unit * 8;
  if (shift + width <= size * 8) return { type, offset: unit, bits: { shift, width } };
  const offset = Math.floor(bit / 8);
  const covering = loads.find((one) => one * 8 >= (bit % 8) + width) ?? 8;
  const signed = (type.kind === 'int' || type.kind === 'enum') && type.signed;
  return { type: { kind: 'int', size: covering, signed }, offset, bits: { shift: bit % 8, width } };
}
