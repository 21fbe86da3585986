/**
 * The definition of a struct that a unit only declares: `struct file;` in one source file, its members in another.
 * Looked for in the unit itself, then in all others. Only what stands outside of functions is found.
 */
import { At, Tag } from './constants.ts';
import type { Dwarf } from './dwarf.ts';
import type { Entry, Unit } from './unit.ts';

const composites: ReadonlySet<number> = new Set([Tag.structure_type, Tag.class_type, Tag.union_type]);
/** Units that one search may read: a program of many thousands is not read for one name. */
const unitLimit = 4096;

const indexes = new WeakMap<Dwarf, Map<string, Entry | undefined>>();

export function findDefinition(dwarf: Dwarf, declaration: Entry): Entry | undefined {
  const name = dwarf.text(declaration, At.name);
  if (name === undefined) return undefined;
  const index = indexes.get(dwarf) ?? new Map<string, Entry | undefined>();
  indexes.set(dwarf, index);
  if (!index.has(name)) index.set(name, search(dwarf, declaration.unit, name));
  return index.get(name);
}

function search(dwarf: Dwarf, own: Unit, name: string): Entry | undefined {
  const found = findIn(dwarf, own, name);
  if (found !== undefined) return found;
  for (const header of dwarf.headers.slice(0, unitLimit)) {
    const other = findIn(dwarf, dwarf.unit(header), name);
    if (other !== undefined) return other;
  }
  return undefined;
}

function findIn(dwarf: Dwarf, unit: Unit, name: string): Entry | undefined {
  for (const entry of unit.children(unit.root)) {
    if (!composites.has(entry.tag) || dwarf.flag(entry, At.declaration)) continue;
    if (dwarf.text(entry, At.name) === name) return entry;
  }
  return undefined;
}
