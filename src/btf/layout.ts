/**
 * Structs and unions: members with their places, and members by name through anonymous structs and unions, as
 * C finds them.
 */
import type { Btf } from './btf.ts';
import type { BtfComposite, BtfMember } from './btf-type.ts';

export interface StructLayout {
  readonly kind: 'struct' | 'union';
  /** Empty for an anonymous one. */
  readonly name: string;
  readonly size: number;
  readonly members: readonly StructMember[];
}

export interface StructMember {
  readonly name: string;
  readonly typeId: number;
  readonly bitOffset: number;
  /** 0 when it is not a bit-field. */
  readonly bitWidth: number;
}

export interface FoundMember {
  /** The members passed through, outermost first; the last is the one asked for. */
  readonly path: readonly StructMember[];
  readonly typeId: number;
  /** From the start of the type that was searched. */
  readonly bitOffset: number;
  readonly bitWidth: number;
}

function compositeOf(btf: Btf, id: number): BtfComposite | undefined {
  const type = btf.type(btf.strip(id));
  return type.kind === 'struct' || type.kind === 'union' ? type : undefined;
}

export function layoutOf(btf: Btf, id: number): StructLayout {
  const type = compositeOf(btf, id);
  if (type === undefined)
    throw btf.error(`type ${id} is not a struct or union: it is '${btf.declaration(id)}'`, id);
  return {
    kind: type.kind,
    name: type.name,
    size: type.size,
    members: type.members.map((member) => placeOf(btf, member)),
  };
}

/** Old compilers wrote the width of a bit-field into a special int type instead of into the member. */
function placeOf(btf: Btf, { name, type, bitOffset, bitWidth }: BtfMember): StructMember {
  const target = bitWidth === 0 ? btf.type(btf.strip(type)) : undefined;
  if (target?.kind === 'int' && target.bits !== 8 * target.size) {
    return { name, typeId: type, bitOffset: bitOffset + target.bitOffset, bitWidth: target.bits };
  }
  return { name, typeId: type, bitOffset, bitWidth };
}

/**
 * Depth first, as members are declared. A type that was searched without success is not searched again, which
 * also ends the search where a damaged blob nests a type in itself.
 */
export function findMember(btf: Btf, id: number, name: string): FoundMember | undefined {
  const searched = new Set<number>();
  const search = (typeId: number, path: readonly StructMember[], base: number): FoundMember | undefined => {
    const type = compositeOf(btf, typeId);
    if (type === undefined || searched.has(type.id)) return undefined;
    searched.add(type.id);
    if (searched.size > maximumSearched) throw btf.error(`type ${id} nests too many anonymous types`, id);
    for (const candidate of type.members) {
      const anonymous = candidate.name === '';
      if (!anonymous && candidate.name !== name) continue;
      const member = placeOf(btf, candidate);
      const bitOffset = base + member.bitOffset;
      const found = anonymous
        ? search(member.typeId, [...path, member], bitOffset)
        : { path: [...path, member], typeId: member.typeId, bitOffset, bitWidth: member.bitWidth };
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return name === '' ? undefined : search(id, [], 0);
}

/** Far above any real type, and low enough for the recursion to fit on the stack. */
const maximumSearched = 1000;
