/**
 * Cells as text of columns. What comes from the kernel or from other processes may hold anything: control characters
 * become visible, so that nobody's file name can move the cursor of a terminal.
 */
import type { Cells } from '../run/result.ts';
import type { Cell, Column } from '../shape/column.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
const control = /[\x00-\x1f\x7f-\x9f]/g;

export function visible(text: string): string {
  return text.replace(control, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The text of a cell, without padding. */
export function cellText({ text, decimals }: Column, cell: Cell): string {
  if (text !== undefined) return visible(text(cell));
  if (cell === null) return '-';
  if (typeof cell === 'number' && decimals !== undefined) return cell.toFixed(decimals);
  if (Array.isArray(cell)) return visible(cell.map(String).join(' '));
  return visible(String(cell));
}

/** A line of columns. The last one is never padded nor cut. */
export function columnsText(columns: readonly Column[], texts: readonly string[], wide: boolean): string {
  const shown = columns.flatMap((column, index) =>
    column.hidden ? [] : [{ column, text: texts[index] ?? '' }],
  );
  const last = shown.length - 1;
  return shown
    .map(({ column, text }, index) => placed(column, text, wide, index === last))
    .join(' ')
    .trimEnd();
}

export function headerText(columns: readonly Column[]): string {
  return columnsText(
    columns,
    columns.map(({ title }) => title),
    true,
  );
}

export function rowText(columns: readonly Column[], cells: Cells, wide: boolean): string {
  return columnsText(
    columns,
    columns.map((column, index) => cellText(column, cells[index] ?? null)),
    wide,
  );
}

function placed({ width, align, cut }: Column, text: string, wide: boolean, last: boolean): string {
  const shown = cut && !wide && !last && text.length > width ? text.slice(0, width) : text;
  return align === 'right' ? shown.padStart(width) : shown.padEnd(width);
}
