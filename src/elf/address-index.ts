/**
 * From an address to the function that contains it. Functions of both tables are sorted by start; of several
 * names for one place the most public one is kept, as a reader of a stack expects `write`, not `__GI___write`.
 */
import { lastAtOrBelow } from '../base/sorted.ts';
import type { ElfSymbol, SymbolTable } from './symbol-table.ts';

interface Entry {
  readonly table: SymbolTable;
  readonly index: number;
  readonly start: number;
  /** Where a function has no size (written in assembler): where the next begins, or its section ends. */
  readonly end: number;
}

export interface LocatedSymbol extends ElfSymbol {
  /** Of the address from the symbol's start. */
  readonly offset: number;
}

export class AddressIndex {
  readonly #entries: readonly Entry[];
  readonly #starts: Float64Array;
  /** Largest end among this entry and all before it: tells when a walk back to an enclosing function can stop. */
  readonly #reach: Float64Array;

  /** `sectionEnd` bounds functions without size by the section that holds them. */
  constructor(tables: readonly SymbolTable[], sectionEnd: (section: number) => number) {
    this.#entries = collect(tables, sectionEnd);
    this.#starts = Float64Array.from(this.#entries, (entry) => entry.start);
    this.#reach = new Float64Array(this.#entries.length);
    let reach = 0;
    this.#entries.forEach((entry, index) => {
      reach = Math.max(reach, entry.end);
      this.#reach[index] = reach;
    });
  }

  find(address: number): LocatedSymbol | undefined {
    for (let i = lastAtOrBelow(this.#starts, address); i >= 0 && this.#reach[i]! > address; i--) {
      const entry = this.#entries[i]!;
      if (address < entry.end) return { ...entry.table.at(entry.index), offset: address - entry.start };
    }
    return undefined;
  }
}

function collect(tables: readonly SymbolTable[], sectionEnd: (section: number) => number): Entry[] {
  const found: { table: SymbolTable; index: number; start: number }[] = [];
  for (const table of tables) {
    for (let index = 0; index < table.count; index++) {
      if (table.isDefinedFunction(index)) found.push({ table, index, start: table.addresses[index]! });
    }
  }
  found.sort((a, b) => a.start - b.start);
  const entries: Entry[] = [];
  for (let i = 0; i < found.length; ) {
    const { start } = found[i]!;
    let next = i + 1;
    while (next < found.length && found[next]!.start === start) next++;
    const best = next === i + 1 ? found[i]! : mostPublic(found.slice(i, next));
    const size = best.table.sizes[best.index]!;
    const nextStart = found[next]?.start ?? Number.POSITIVE_INFINITY;
    const end = size > 0 ? start + size : Math.min(nextStart, sectionEnd(best.table.at(best.index).section));
    entries.push({ ...best, end });
    i = next;
  }
  return entries;
}

/** Sized before unsized, visible before local, fewer leading underscores, global before weak, then by name. */
function mostPublic<T extends { readonly table: SymbolTable; readonly index: number }>(
  candidates: readonly T[],
): T {
  const ranked = candidates.map((candidate) => {
    const { name, size, binding } = candidate.table.at(candidate.index);
    const underscores = name.length - name.replace(/^_+/, '').length;
    return {
      candidate,
      name,
      ranks: [size > 0 ? 0 : 1, binding === 'local' ? 1 : 0, underscores, binding === 'weak' ? 1 : 0],
    };
  });
  ranked.sort((a, b) => {
    const at = a.ranks.findIndex((rank, index) => rank !== b.ranks[index]);
    if (at >= 0) return a.ranks[at]! - b.ranks[at]!;
    return a.name < b.name ? -1 : 1;
  });
  return ranked[0]!.candidate;
}
