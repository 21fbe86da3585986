/**
 * What is asked of debug information: where an address comes from in the source, with the calls that were inlined
 * there; where the code of a source line is; which function begins at an address.
 */
import { AddressRanges } from './address-ranges.ts';
import { At, UnitType } from './constants.ts';
import type { Dwarf } from './dwarf.ts';
import { type CodeBlock, covers, functionsOf, inlinedAt, nameOf } from './functions.ts';
import { LineTable, type SourcePlace } from './line-table.ts';
import type { Unit } from './unit.ts';
import type { UnitHeader } from './unit-header.ts';

/** One call at an address: the function, where it is known, and the place in it. */
export interface SourceFrame {
  readonly function: string | undefined;
  readonly linkageName: string | undefined;
  readonly place: SourcePlace | undefined;
}

const keptUnits = 64;

interface UnitParts {
  functions?: readonly CodeBlock[];
  lines?: LineTable | 'none';
}

export class DebugInfo {
  readonly dwarf: Dwarf;
  #addresses: AddressRanges | undefined;
  /** Line tables and functions of the units that were asked for last. */
  readonly #parts = new Map<UnitHeader, UnitParts>();

  constructor(dwarf: Dwarf) {
    this.dwarf = dwarf;
  }

  #unitAt(address: number): Unit | undefined {
    this.#addresses ??= new AddressRanges(this.dwarf);
    const header = this.#addresses.find(address);
    return header && this.dwarf.unit(header);
  }

  #partsOf({ header }: Unit): UnitParts {
    let parts = this.#parts.get(header);
    if (parts === undefined) {
      if (this.#parts.size >= keptUnits) this.#parts.clear();
      parts = {};
      this.#parts.set(header, parts);
    }
    return parts;
  }

  functionsOf(unit: Unit): readonly CodeBlock[] {
    const parts = this.#partsOf(unit);
    parts.functions ??= functionsOf(this.dwarf, unit);
    return parts.functions;
  }

  /** Undefined for a unit without one. */
  linesOf(unit: Unit): LineTable | undefined {
    const parts = this.#partsOf(unit);
    parts.lines ??= this.#readLines(unit) ?? 'none';
    return parts.lines === 'none' ? undefined : parts.lines;
  }

  #readLines(unit: Unit): LineTable | undefined {
    const offset = this.dwarf.number(unit.root, At.stmt_list);
    const folder = this.dwarf.text(unit.root, At.comp_dir);
    return offset === undefined ? undefined : LineTable.read(this.dwarf, unit, offset, folder);
  }

  /** The function whose code holds an address. */
  functionAt(address: number): CodeBlock | undefined {
    const unit = this.#unitAt(address);
    return unit && this.functionsOf(unit).find((block) => covers(block, address));
  }

  /** File, line and column of an address. */
  placeOf(address: number): SourcePlace | undefined {
    const unit = this.#unitAt(address);
    return unit && this.linesOf(unit)?.at(address);
  }

  /** The calls at an address, innermost first; empty where nothing is known. */
  framesAt(address: number): readonly SourceFrame[] {
    const unit = this.#unitAt(address);
    if (unit === undefined) return [];
    const lines = this.linesOf(unit);
    const outer = this.functionsOf(unit).find((block) => covers(block, address));
    const chain = outer === undefined ? [] : [outer, ...inlinedAt(outer, address)];
    const frames: SourceFrame[] = [];
    let place = lines?.at(address);
    for (const block of chain.toReversed()) {
      const named = nameOf(this.dwarf, block.entry);
      frames.push({ function: named?.name, linkageName: named?.linkageName, place });
      place = this.#callPlace(block, lines);
    }
    if (frames.length > 0 || place === undefined) return frames;
    return [{ function: undefined, linkageName: undefined, place }];
  }

  #callPlace({ entry }: CodeBlock, lines: LineTable | undefined): SourcePlace | undefined {
    const file = lines?.files[this.dwarf.number(entry, At.call_file) ?? -1];
    const line = this.dwarf.number(entry, At.call_line);
    if (file === undefined || line === undefined) return undefined;
    return { file, line, column: this.dwarf.number(entry, At.call_column) ?? 0 };
  }

  /** Units that are code, each with its name as the compiler was given it. */
  *compileUnits(): Generator<{ readonly unit: Unit; readonly name: string }> {
    for (const header of this.dwarf.headers) {
      if (header.type !== UnitType.compile && header.type !== UnitType.skeleton) continue;
      const unit = this.dwarf.unit(header);
      const name = this.dwarf.text(unit.root, At.name);
      if (name !== undefined) yield { unit, name };
    }
  }
}
