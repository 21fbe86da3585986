/**
 * Enumerators by name, over all enums, as C sees them: one flat name space. The kernel has some thirty thousand,
 * and a program asks for a few, so that the bytes are compared in place and nothing is decoded but the hit.
 */
import type { Btf } from './btf.ts';
import { isName, nameBytes } from './strings.ts';

export interface EnumConstant {
  readonly value: bigint;
  readonly enumId: number;
}

/** Searches the blob's own types, not its base. */
export function findEnumConstant(btf: Btf, name: string): EnumConstant | undefined {
  if (!isName(name)) return undefined;
  const bytes = nameBytes(name);
  for (const enumId of btf.ids('enum')) {
    const index = variantIndex(btf, enumId, bytes);
    if (index === undefined) continue;
    const type = btf.type(enumId);
    const variant = type.kind === 'enum' ? type.variants[index] : undefined;
    if (variant !== undefined) return { value: variant.value, enumId };
  }
  return undefined;
}

function variantIndex(btf: Btf, enumId: number, name: Uint8Array): number | undefined {
  const words = btf.wordsOf(enumId);
  const info = words[1]!;
  const step = ((info >>> 24) & 0x1f) === 6 ? 2 : 3;
  for (let index = 0; index < (info & 0xffff); index++) {
    if (btf.matches(words[3 + index * step]!, name)) return index;
  }
  return undefined;
}
