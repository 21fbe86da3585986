/**
 * Sizes and the stripping of modifiers. Chains of types may be cyclic in a damaged blob, so that every walk is
 * bounded; the kernel itself refuses chains longer than 32 (MAX_RESOLVE_DEPTH in kernel/bpf/btf.c).
 */
import type { Btf } from './btf.ts';
import { modifierKinds } from './kinds.ts';

const maximumChain = 64;
/** BPF objects are x86-64 and arm64 only. */
export const pointerSize = 8;

export function stripModifiers(btf: Btf, id: number): number {
  let at = id;
  for (let steps = 0; steps < maximumChain; steps++) {
    const type = btf.type(at);
    if (!('to' in type) || !modifierKinds.has(type.kind)) return at;
    at = type.to;
  }
  throw btf.error(`type ${id} is a chain of more than ${maximumChain} modifiers`, id);
}

export function sizeOf(btf: Btf, id: number): number {
  let factor = 1;
  let at = id;
  for (let steps = 0; steps < maximumChain; steps++) {
    at = stripModifiers(btf, at);
    const type = btf.type(at);
    if (type.kind === 'array') {
      factor *= type.length;
      at = type.element;
    } else if (type.kind === 'var') at = type.type;
    else return checkedProduct(btf, id, factor, fixedSize(btf, at));
  }
  throw btf.error(`type ${id} is an array nested more than ${maximumChain} deep`, id);
}

function fixedSize(btf: Btf, id: number): number {
  const type = btf.type(id);
  if ('size' in type) return type.size;
  if (type.kind === 'ptr') return pointerSize;
  throw btf.error(`${describe(type)} has no size`, id);
}

function describe(type: { readonly kind: string; readonly name: string }): string {
  if (type.kind === 'fwd') return `'${type.name}', which is declared but not defined,`;
  return type.name === '' ? `a ${type.kind} type` : `${type.kind} '${type.name}'`;
}

/** Sizes are 32-bit in the kernel's own reading. */
function checkedProduct(btf: Btf, id: number, factor: number, size: number): number {
  if (factor * size > 0xffff_ffff) throw btf.error(`type ${id} would be ${factor * size} bytes large`, id);
  return factor * size;
}
