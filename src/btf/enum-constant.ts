/**
 * Enumerators by name, over all enums, as C sees them: one flat name space. The kernel has some thirty thousand,
 * and a program asks for a few, so that the names are compared in place and only the enum that is hit is decoded.
 */
import type { BtfBlob } from './blob.ts';
import type { Btf } from './btf.ts';
import { isName, nameBytes } from './strings.ts';

export interface EnumConstant {
  readonly value: bigint;
  readonly enumId: number;
}

/** The first enumerator of that name in the blob's own types, not in its base. */
export function findEnumConstant(btf: Btf, blob: BtfBlob, name: string): EnumConstant | undefined {
  const found = isName(name) ? blob.findVariant(nameBytes(name)) : undefined;
  if (found === undefined) return undefined;
  const type = btf.type(found.enumId);
  const variant = type.kind === 'enum' ? type.variants[found.index] : undefined;
  return variant && { value: variant.value, enumId: found.enumId };
}
