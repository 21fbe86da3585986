/**
 * How diagnostics look: head line, source excerpt with tabs as four spaces, tildes under the columns, one
 * `expanded from` entry for each macro on the way out, then notes and the hint. The same form serves warnings
 * at run time, which know a place only as lines and columns (SourceRange).
 *
 * The result is a byte string without a final newline; write it out as latin1.
 */
import type { SourceRange } from '../../program/program.ts';
import type { Source, Span } from '../ast.ts';
import type { Diagnostic, Severity } from './diagnostic.ts';
import { lineText, toSourceRange } from './position.ts';

export interface RenderOptions {
  readonly color?: boolean;
}

export interface RangeOptions extends RenderOptions {
  /** Finds the text a range points into, for the excerpt; none is shown without it. */
  readonly sourceOf?: (file: string) => Source | undefined;
  /** Lines between the head and the excerpt. */
  readonly details?: readonly string[];
}

const labels: Readonly<Record<Severity, string>> = { error: 'ERROR', warning: 'WARNING' };
const colors: Readonly<Record<Severity, string>> = { error: '\x1b[31m', warning: '\x1b[33m' };

/** `ERROR: text` without a place, in colour when asked. */
export function renderPlain(severity: Severity, text: string, options: RenderOptions = {}): string {
  return paint(severity, `${labels[severity]}: ${text}`, options);
}

export function render(diagnostic: Diagnostic, options: RenderOptions = {}): string {
  const { severity, span } = diagnostic;
  const lines: string[] = [];
  if (span) lines.push(...renderPlace(severity, diagnostic.message, span, options));
  else lines.push(renderPlain(severity, diagnostic.message, options));
  for (const note of diagnostic.notes) {
    const { source, start, end } = note.span;
    lines.push(...renderPlace(severity, note.message, { source, start, end }, options));
  }
  if (diagnostic.hint !== undefined) lines.push(`HINT: ${diagnostic.hint}`);
  return lines.join('\n');
}

/** A message about a place known only as lines and columns, e.g. a warning at run time. */
export function renderRange(
  severity: Severity,
  text: string,
  range: SourceRange,
  options: RangeOptions = {},
): string {
  const lines: string[] = [];
  for (let at: SourceRange | undefined = range; at; at = at.expandedFrom) {
    const first = at === range;
    lines.push(...head(severity, first ? text : 'expanded from', at, options));
    if (first) lines.push(...(options.details ?? []));
    const source = options.sourceOf?.(at.file);
    if (source) lines.push(...excerpt(source, at));
  }
  return lines.join('\n');
}

function renderPlace(severity: Severity, text: string, span: Span, options: RenderOptions): string[] {
  const lines: string[] = [];
  let message = text;
  for (let at: Span | undefined = span; at; at = at.expandedFrom) {
    const range = toSourceRange({ source: at.source, start: at.start, end: at.end });
    lines.push(...head(severity, message, range, options), ...excerpt(at.source, range));
    message = 'expanded from';
  }
  return lines;
}

/** The head line; a text of several lines goes on below it. */
function head(severity: Severity, text: string, range: SourceRange, options: RenderOptions): string[] {
  const place =
    range.line === range.endLine
      ? `${range.line}:${range.column}-${range.endColumn}`
      : `${range.line}-${range.endLine}`;
  return paint(severity, `${range.file}:${place}: ${labels[severity]}: ${text}`, options).split('\n');
}

function excerpt(source: Source, range: SourceRange): string[] {
  const lines: string[] = [];
  for (let line = range.line; line <= range.endLine; line++) lines.push(expandTabs(lineText(source, line)));
  if (range.line !== range.endLine) return lines;
  const text = lineText(source, range.line);
  const before = expandTabs(text.slice(0, range.column - 1));
  const under = expandTabs(text.slice(range.column - 1, range.endColumn - 1));
  lines.push(' '.repeat(before.length) + '~'.repeat(under.length));
  return lines;
}

function expandTabs(text: string): string {
  return text.replaceAll('\t', '    ');
}

function paint(severity: Severity, text: string, options: RenderOptions): string {
  return options.color ? `${colors[severity]}${text}\x1b[0m` : text;
}
