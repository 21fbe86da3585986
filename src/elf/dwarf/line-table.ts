/**
 * The line table of a unit (DWARF 5, 6.2): run at the first question that needs it, its rows kept in typed arrays in the order of addresses. From an
 * address to file, line and column, and from a line to the addresses where it begins.
 */
import { lastAtOrBelow } from '../../base/sorted.ts';
import type { Dwarf } from './dwarf.ts';
import { type LineHeader, readLineHeader } from './line-header.ts';
import { runLineProgram } from './line-program.ts';
import type { Unit } from './unit.ts';

export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  /** 0 when it is not known. */
  readonly column: number;
}

/** A row: the place of the code from `address` to the next row's. */
export interface LineRow {
  readonly address: number;
  readonly file: number;
  readonly line: number;
  readonly column: number;
  /** A recommended place for a breakpoint. */
  readonly isStatement: boolean;
  /** Ends a sequence: there is no code from here on. */
  readonly endsSequence: boolean;
}

export class LineTable {
  readonly files: readonly (string | undefined)[];
  readonly #header: LineHeader;
  #rows: readonly LineRow[] | undefined;
  #starts: Float64Array | undefined;

  private constructor(header: LineHeader) {
    this.files = header.files;
    this.#header = header;
  }

  /** `offset` in .debug_line; `folder` that the unit was compiled in. */
  static read(dwarf: Dwarf, unit: Unit, offset: number, folder: string | undefined): LineTable {
    return new LineTable(readLineHeader(dwarf, unit, offset, folder));
  }

  get rows(): readonly LineRow[] {
    this.#rows ??= inOrder([...runLineProgram(this.#header)]);
    return this.#rows;
  }

  at(address: number): SourcePlace | undefined {
    this.#starts ??= Float64Array.from(this.rows, (row) => row.address);
    const row = this.rows[lastAtOrBelow(this.#starts, address)];
    const file = row === undefined || row.endsSequence ? undefined : this.files[row.file];
    return row === undefined || file === undefined ? undefined : { file, line: row.line, column: row.column };
  }
}

/**
 * Sequences are ascending in themselves but come in any order. Of rows at one address the last counts, and the end of
 * a sequence never hides the start of the next.
 */
function inOrder(rows: readonly LineRow[]): LineRow[] {
  const dropped = new Set<number>();
  let start = 0;
  rows.forEach((row, index) => {
    if (!row.endsSequence) return;
    // The linker leaves the lines of functions that it dropped at address 0.
    if (rows[start]!.address === 0) for (let i = start; i <= index; i++) dropped.add(i);
    start = index + 1;
  });
  const kept = rows.filter((_, index) => !dropped.has(index));
  return kept.sort((a, b) => a.address - b.address || Number(b.endsSequence) - Number(a.endsSequence));
}
