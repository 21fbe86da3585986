/**
 * From an address to the function that contains it. A large binary has hundreds of thousands of functions, so that
 * everything is in typed arrays and no name is read before it is asked for. Of several names for one place the most
 * public one is kept, as a reader of a stack expects `write`, not `__GI___write`.
 */
import { lastAtOrBelow } from '../base/sorted.ts';
import type { ElfSymbol, SymbolTable } from './symbol-table.ts';

export interface LocatedSymbol extends ElfSymbol {
  /** Of the address from the symbol's start. */
  readonly offset: number;
}

const unranked = 255;

export class AddressIndex {
  readonly #tables: readonly SymbolTable[];
  /** Ascending, each once. */
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  /** Largest end among this entry and all before it: tells when a walk back to an enclosing function can stop. */
  readonly #reach: Float64Array;
  /** The symbol chosen for each start: number of its table, and index in it. */
  readonly #tableOf: Uint8Array;
  readonly #indexOf: Uint32Array;

  /** `sectionEnd` bounds functions without size by the section that holds them. */
  constructor(tables: readonly SymbolTable[], sectionEnd: (section: number) => number) {
    this.#tables = tables;
    this.#starts = distinctStarts(tables);
    this.#tableOf = new Uint8Array(this.#starts.length);
    this.#indexOf = new Uint32Array(this.#starts.length);
    this.#ends = new Float64Array(this.#starts.length);
    this.#reach = new Float64Array(this.#starts.length);
    this.#chooseNames();
    this.#measure(sectionEnd);
  }

  #chooseNames(): void {
    const ranks = new Uint8Array(this.#starts.length).fill(unranked);
    this.#tables.forEach((table, number) => {
      for (let index = 0; index < table.count; index++) {
        if (!table.isDefinedFunction(index)) continue;
        const at = lastAtOrBelow(this.#starts, table.addresses[index]!);
        const rank = table.obscurity(index);
        if (rank >= ranks[at]!) continue;
        ranks[at] = rank;
        this.#tableOf[at] = number;
        this.#indexOf[at] = index;
      }
    });
  }

  /** A function without size (written in assembler) ends where the next begins, or with its section. */
  #measure(sectionEnd: (section: number) => number): void {
    let reach = 0;
    for (let at = 0; at < this.#starts.length; at++) {
      const table = this.#tables[this.#tableOf[at]!]!;
      const index = this.#indexOf[at]!;
      const size = table.sizes[index]!;
      const next = this.#starts[at + 1] ?? Number.POSITIVE_INFINITY;
      const end = size > 0 ? this.#starts[at]! + size : Math.min(next, sectionEnd(table.sectionOf(index)));
      reach = Math.max(reach, end);
      this.#ends[at] = end;
      this.#reach[at] = reach;
    }
  }

  find(address: number): LocatedSymbol | undefined {
    for (let at = lastAtOrBelow(this.#starts, address); at >= 0 && this.#reach[at]! > address; at--) {
      if (address >= this.#ends[at]!) continue;
      const symbol = this.#tables[this.#tableOf[at]!]!.at(this.#indexOf[at]!);
      return { ...symbol, offset: address - this.#starts[at]! };
    }
    return undefined;
  }
}

function distinctStarts(tables: readonly SymbolTable[]): Float64Array {
  const all = new Float64Array(tables.reduce((sum, table) => sum + table.count, 0));
  let count = 0;
  for (const table of tables) {
    for (let index = 0; index < table.count; index++) {
      if (table.isDefinedFunction(index)) all[count++] = table.addresses[index]!;
    }
  }
  const sorted = all.subarray(0, count).sort();
  let distinct = 0;
  for (let i = 0; i < count; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[distinct++] = sorted[i]!;
  }
  return sorted.slice(0, distinct);
}
