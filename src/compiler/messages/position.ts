/**
 * Byte offsets → lines and columns (1-based, columns in bytes). Line starts are found once for each source and
 * kept in a weak table, so that reporting many diagnostics about a large text stays linear.
 */
import type { SourceRange } from '../../program/program.ts';
import type { Source, Span } from '../ast.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineStartsOf = new WeakMap<Source, readonly number[]>();

function lineStarts(source: Source): readonly number[] {
  const known = lineStartsOf.get(source);
  if (known) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1))
    starts.push(at + 1);
  lineStartsOf.set(source, starts);
  return starts;
}

export function positionOf(source: Source, offset: number): Position {
  const starts = lineStarts(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}

/** The text of one line (1-based) without its end; empty beyond the last. */
export function lineText(source: Source, line: number): string {
  const starts = lineStarts(source);
  const start = starts[line - 1];
  if (start === undefined) return '';
  const next = starts[line];
  return source.text.slice(start, next === undefined ? source.text.length : next - 1);
}

/** A span as run-time data: lines and columns, with the way out through the macros it was expanded from. */
export function toSourceRange(span: Span): SourceRange {
  const start = positionOf(span.source, span.start);
  const end = positionOf(span.source, Math.max(span.start, span.end));
  const range = {
    file: span.source.name,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
  return span.expandedFrom ? { ...range, expandedFrom: toSourceRange(span.expandedFrom) } : range;
}
