/**
 * From a line of the source to code: the addresses where it begins, once for each function or inlined call that has
 * it, as a debugger sets its breakpoints. A line without code stands for the next one with code.
 */
import type { DebugInfo } from './debug-info.ts';
import { type CodeBlock, covers, inlinedAt } from './functions.ts';
import type { LineRow, LineTable } from './line-table.ts';
import type { Unit } from './unit.ts';

export interface SourceLine {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

export type LineAddresses =
  | { readonly kind: 'found'; readonly line: number; readonly addresses: readonly number[] }
  /** No unit was compiled from, or includes, such a file. */
  | { readonly kind: 'no-file' }
  | { readonly kind: 'no-code' };

interface UnitRow {
  readonly unit: Unit;
  readonly row: LineRow;
}

export function addressesOfLine(info: DebugInfo, wanted: SourceLine): LineAddresses {
  const rows: UnitRow[] = [];
  let isKnown = false;
  for (const { unit, name } of info.compileUnits()) {
    const lines = info.linesOf(unit);
    const files = lines === undefined ? new Set<number>() : matchingFiles(lines, wanted.file);
    if (isSameFile(name, wanted.file) || files.size > 0) isKnown = true;
    const isThere = lines !== undefined && files.size > 0;
    for (const row of isThere ? lines.rows : []) if (fits(row, files, wanted)) rows.push({ unit, row });
  }
  if (!isKnown) return { kind: 'no-file' };
  const line = rows.reduce((least, { row }) => Math.min(least, row.line), Number.POSITIVE_INFINITY);
  if (rows.length === 0) return { kind: 'no-code' };
  const addresses = firstOfEachCall(
    info,
    rows.filter(({ row }) => row.line === line),
  );
  return { kind: 'found', line, addresses };
}

function fits(row: LineRow, files: ReadonlySet<number>, { line, column }: SourceLine): boolean {
  if (!row.isStatement || row.endsSequence || !files.has(row.file)) return false;
  return column === undefined ? row.line >= line : row.line === line && row.column === column;
}

function matchingFiles({ files }: LineTable, wanted: string): Set<number> {
  return new Set(
    files.flatMap((file, number) => (file !== undefined && isSameFile(file, wanted) ? number : [])),
  );
}

/** The same path, or its last parts: `main.c`, `src/main.c`. */
function isSameFile(path: string, wanted: string): boolean {
  const name = wanted.replace(/^(\.\/)+/, '');
  return path === name || path.endsWith(`/${name}`);
}

/** A line has several rows in one call, those of a loop's head for example; its first is where it begins. */
function firstOfEachCall(info: DebugInfo, rows: readonly UnitRow[]): number[] {
  const firsts = new Map<CodeBlock | Unit, number>();
  for (const { unit, row } of rows) {
    const outer = info.functionsOf(unit).find((block) => covers(block, row.address));
    const key = outer === undefined ? unit : (inlinedAt(outer, row.address).at(-1) ?? outer);
    firsts.set(key, Math.min(firsts.get(key) ?? Number.POSITIVE_INFINITY, row.address));
  }
  return [...new Set(firsts.values())].sort((a, b) => a - b);
}
