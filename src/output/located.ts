/**
 * Messages with a place in the script, as they are printed while a program runs: `FILE:LINE:C1-C2: …`, then
 * for run-time warnings the source line and a mark under it, then where a macro was expanded from.
 */
import type { SourceRange } from '../program/program.ts';
import { toByteString } from './byte-string.ts';

/** Source text by file name; undefined where it is not known. */
export type Sources = (file: string) => string | undefined;

export type Severity = 'ERROR' | 'WARNING';

/** `stdin:1:9-28`, or `stdin:2-3` for a range over several lines. */
export function place(range: SourceRange): string {
  if (range.endLine !== range.line) return `${range.file}:${range.line}-${range.endLine}`;
  return `${range.file}:${range.line}:${range.column}-${range.endColumn}`;
}

/** Only the heads: what errorf and warnf print. Ends with a newline. */
export function locatedLine(severity: Severity, message: string, range: SourceRange): string {
  return heads(severity, message, range, () => '');
}

/** Heads and source lines. `details` are lines that follow the first head. */
export function locatedExcerpt(
  severity: Severity,
  message: string,
  range: SourceRange,
  sources: Sources,
  details = '',
): string {
  return heads(severity, message, range, (part) => (part === range ? details : '') + excerpt(part, sources));
}

function heads(
  severity: Severity,
  message: string,
  range: SourceRange,
  after: (range: SourceRange) => string,
): string {
  let text = `${place(range)}: ${severity}: ${message}\n${after(range)}`;
  for (let outer = range.expandedFrom; outer !== undefined; outer = outer.expandedFrom) {
    text += `${place(outer)}: ${severity}: expanded from\n${after(outer)}`;
  }
  return text;
}

const tab = '    ';

function excerpt(range: SourceRange, sources: Sources): string {
  const lines = sources(range.file)
    ?.split('\n')
    .slice(range.line - 1, range.endLine)
    .map(toByteString);
  const first = lines?.[0];
  if (lines === undefined || first === undefined) return '';
  const shown = lines.map((line) => `${line.replaceAll('\t', tab)}\n`).join('');
  return range.endLine === range.line ? shown + underline(first, range) : shown;
}

/** Columns count bytes, and a tab is shown as four. */
function underline(line: string, range: SourceRange): string {
  const indent = line.slice(0, range.column - 1).replaceAll('\t', tab).length;
  const marked = line.slice(range.column - 1, range.endColumn - 1).replaceAll('\t', tab).length;
  return `${' '.repeat(indent)}${'~'.repeat(marked)}\n`;
}
