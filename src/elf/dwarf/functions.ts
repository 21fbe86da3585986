/**
 * Functions of a unit and what was inlined into them. The tree is read once for a unit, without the names; those are
 * looked up for what is found.
 */
import { At, Tag } from './constants.ts';
import type { Dwarf } from './dwarf.ts';
import type { Range } from './ranges.ts';
import type { Entry, Unit } from './unit.ts';

/** A function with code, or one inlined into it. */
export interface CodeBlock {
  readonly entry: Entry;
  readonly ranges: readonly Range[];
  /** Inlined calls directly in this one; read when they are first looked at. */
  readonly inlined: () => readonly CodeBlock[];
}

/** What an entry may be nested in and still have functions. */
const containers: ReadonlySet<number> = new Set([
  Tag.namespace,
  Tag.structure_type,
  Tag.class_type,
  Tag.union_type,
  Tag.subprogram,
  Tag.lexical_block,
]);
const depthLimit = 64;

/** All functions of a unit that have code. */
export function functionsOf(dwarf: Dwarf, unit: Unit): CodeBlock[] {
  const found: CodeBlock[] = [];
  const search = (parent: Entry, depth: number) => {
    if (depth > depthLimit) return;
    for (const entry of unit.children(parent)) {
      if (entry.tag === Tag.subprogram) {
        const ranges = dwarf.ranges(entry);
        if (ranges.length > 0) found.push(blockOf(dwarf, entry, ranges));
      }
      if (containers.has(entry.tag) && entry.hasChildren) search(entry, depth + 1);
    }
  };
  search(unit.root, 0);
  return found;
}

function blockOf(dwarf: Dwarf, entry: Entry, ranges: readonly Range[]): CodeBlock {
  let inlined: readonly CodeBlock[] | undefined;
  return {
    entry,
    ranges,
    inlined: () => {
      inlined ??= inlinedIn(dwarf, entry, 0);
      return inlined;
    },
  };
}

function inlinedIn(dwarf: Dwarf, parent: Entry, depth: number): CodeBlock[] {
  if (depth > depthLimit) return [];
  return [...parent.unit.children(parent)].flatMap((entry) => {
    if (entry.tag === Tag.lexical_block) return inlinedIn(dwarf, entry, depth + 1);
    if (entry.tag !== Tag.inlined_subroutine) return [];
    const ranges = dwarf.ranges(entry);
    return ranges.length === 0 ? [] : [blockOf(dwarf, entry, ranges)];
  });
}

export function covers({ ranges }: CodeBlock, address: number): boolean {
  return ranges.some(({ start, end }) => address >= start && address < end);
}

/** The calls that were inlined at an address, outermost first. */
export function inlinedAt(block: CodeBlock, address: number): CodeBlock[] {
  const chain: CodeBlock[] = [];
  for (let at = block; chain.length < depthLimit; ) {
    const inner = at.inlined().find((candidate) => covers(candidate, address));
    if (inner === undefined) break;
    chain.push(inner);
    at = inner;
  }
  return chain;
}

export interface Named {
  /** As the source has it, without the classes and name spaces around it. */
  readonly name: string;
  /** Mangled, where the language mangles. */
  readonly linkageName: string | undefined;
}

/** A function's name stands with its declaration, which its code and what was inlined refer to. */
export function nameOf(dwarf: Dwarf, entry: Entry): Named | undefined {
  const chain = originsOf(dwarf, entry);
  const first = (attribute: number) => {
    for (const one of chain) {
      const text = one.dwarf.text(one.entry, attribute);
      if (text !== undefined) return text;
    }
    return undefined;
  };
  const name = first(At.name);
  const linkageName = first(At.linkage_name) ?? first(At.MIPS_linkage_name);
  return name === undefined && linkageName === undefined
    ? undefined
    : { name: name ?? linkageName!, linkageName };
}

/** The entry, and those that it continues: where an attribute that it lacks may stand. */
export function originsOf(dwarf: Dwarf, entry: Entry): { readonly dwarf: Dwarf; readonly entry: Entry }[] {
  const chain = [{ dwarf, entry }];
  for (let at = chain[0]; at !== undefined && chain.length < 8; ) {
    const next: typeof at | undefined =
      at.dwarf.referred(at.entry, At.abstract_origin) ?? at.dwarf.referred(at.entry, At.specification);
    if (next !== undefined) chain.push(next);
    at = next;
  }
  return chain;
}
