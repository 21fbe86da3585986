/**
 * Whether objects of a class are passed to functions by their address, being "non-trivial for the purposes of calls"
 * (Itanium C++ ABI, 1.1): those with a destructor or a copy or move constructor of their own, or a virtual function.
 * Clang says it in an attribute; of gcc's output it is concluded.
 */
import { At, passedByReference, passedByValue, Tag } from './constants.ts';
import type { Dwarf } from './dwarf.ts';
import type { DwarfMember } from './types.ts';
import type { Entry } from './unit.ts';

export function isPassedByReference(
  dwarf: Dwarf,
  entry: Entry,
  members: () => readonly DwarfMember[],
): boolean {
  const convention = dwarf.number(entry, At.calling_convention);
  if (convention === passedByReference) return true;
  if (convention === passedByValue) return false;
  return hasOwnFunctions(dwarf, entry) || members().some(isNonTrivial);
}

function isNonTrivial({ name, type }: DwarfMember): boolean {
  if (name.startsWith('_vptr')) return true;
  let element = type;
  while (element.kind === 'array') element = element.element;
  return (element.kind === 'struct' || element.kind === 'union') && element.passedByReference();
}

function hasOwnFunctions(dwarf: Dwarf, entry: Entry): boolean {
  const className = dwarf.text(entry, At.name)?.replace(/<.*/, '');
  for (const child of entry.unit.children(entry)) {
    if (child.tag !== Tag.subprogram || dwarf.flag(child, At.artificial) || dwarf.flag(child, At.defaulted))
      continue;
    const name = dwarf.text(child, At.name) ?? '';
    if (name.startsWith('~')) return true;
    if (className !== undefined && name.replace(/<.*/, '') === className && copies(dwarf, child, entry))
      return true;
  }
  return false;
}

/** A constructor from a reference to the class itself. */
function copies(dwarf: Dwarf, candidate: Entry, owner: Entry): boolean {
  const parameters = [...candidate.unit.children(candidate)].filter(
    (child) => child.tag === Tag.formal_parameter && !dwarf.flag(child, At.artificial),
  );
  if (parameters.length !== 1) return false;
  const reference = dwarf.referred(parameters[0]!, At.type)?.entry;
  if (reference?.tag !== Tag.reference_type && reference?.tag !== Tag.rvalue_reference_type) return false;
  let target = dwarf.referred(reference, At.type)?.entry;
  if (target?.tag === Tag.const_type) target = dwarf.referred(target, At.type)?.entry;
  return target?.offset === owner.offset;
}
