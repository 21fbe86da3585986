/** A type as C would write it in front of a name: `const char*`, `struct list*`, `size_t`. */
import { At, Tag } from './constants.ts';
import type { Dwarf } from './dwarf.ts';
import type { Entry } from './unit.ts';

const depthLimit = 32;

const prefixes: ReadonlyMap<number, string> = new Map([
  [Tag.structure_type, 'struct '],
  [Tag.class_type, ''],
  [Tag.union_type, 'union '],
  [Tag.enumeration_type, 'enum '],
]);
const qualifiers: ReadonlyMap<number, string> = new Map([
  [Tag.const_type, 'const'],
  [Tag.volatile_type, 'volatile'],
  [Tag.restrict_type, 'restrict'],
  [Tag.atomic_type, '_Atomic'],
]);
const suffixes: ReadonlyMap<number, string> = new Map([
  [Tag.pointer_type, '*'],
  [Tag.reference_type, '&'],
  [Tag.rvalue_reference_type, '&&'],
]);

/** Of the type that an entry refers to. */
export function typeTextOf(dwarf: Dwarf, entry: Entry, depth = 0): string {
  const referred = dwarf.referred(entry, At.type);
  if (referred === undefined) return 'void';
  return depth > depthLimit ? '…' : textOf(referred.dwarf, referred.entry, depth + 1);
}

function textOf(dwarf: Dwarf, entry: Entry, depth: number): string {
  const inner = () => typeTextOf(dwarf, entry, depth);
  const suffix = suffixes.get(entry.tag);
  if (suffix !== undefined) return inner() + suffix;
  const qualifier = qualifiers.get(entry.tag);
  // Of a pointer it stands behind: `char* const`.
  if (qualifier !== undefined)
    return isPointerText(inner()) ? `${inner()} ${qualifier}` : `${qualifier} ${inner()}`;
  if (entry.tag === Tag.array_type) return `${inner()}${dimensions(dwarf, entry)}`;
  if (entry.tag === Tag.subroutine_type) return `${inner()} (${parameters(dwarf, entry, depth)})`;
  const name = dwarf.text(entry, At.name) ?? (entry.tag === Tag.unspecified_type ? 'void' : '(anonymous)');
  return (prefixes.get(entry.tag) ?? '') + name;
}

const isPointerText = (text: string) => /[*&]( \w+)*$/.test(text);

function dimensions(dwarf: Dwarf, array: Entry): string {
  let text = '';
  for (const child of array.unit.children(array)) {
    if (child.tag !== Tag.subrange_type) continue;
    const last = dwarf.number(child, At.upper_bound);
    const count = dwarf.number(child, At.count) ?? (last === undefined ? undefined : last + 1);
    text += `[${count ?? ''}]`;
  }
  return text;
}

function parameters(dwarf: Dwarf, subroutine: Entry, depth: number): string {
  const texts: string[] = [];
  for (const child of subroutine.unit.children(subroutine)) {
    if (child.tag === Tag.formal_parameter) texts.push(typeTextOf(dwarf, child, depth));
    if (child.tag === Tag.unspecified_parameters) texts.push('...');
  }
  return texts.join(', ');
}
