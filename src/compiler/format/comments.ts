/**
 * Comments on their way through the formatter. The tree has none, so they are put back by position: before the
 * first line that begins after them, or behind the line that they follow in the source.
 */
import type { Span } from '../ast.ts';
import { positionOf } from '../messages/position.ts';

export class Comments {
  readonly #pending: Span[];

  constructor(comments: readonly Span[]) {
    this.#pending = [...comments];
  }

  /** Those that begin before `offset`, as lines; each is returned once. */
  takeBefore(offset: number): string[] {
    const lines: string[] = [];
    while (this.#pending[0] && this.#pending[0].start < offset)
      lines.push(...asLines(this.#pending.shift()!));
    return lines;
  }

  /** A comment on the line where `span` ends, to be written behind it; an empty string if there is none. */
  takeBehind(span: Span): string {
    const next = this.#pending[0];
    if (!next || next.start < span.end) return '';
    const isSameLine =
      positionOf(span.source, span.end).line === positionOf(span.source, next.start).line &&
      /^[ \t;]*$/.test(span.source.text.slice(span.end, next.start));
    const lines = isSameLine ? asLines(next) : [];
    if (lines.length !== 1) return '';
    this.#pending.shift();
    return ` ${lines[0]}`;
  }
}

/** As line comments; the decoration of block comments is dropped. */
function asLines({ source, start, end }: Span): string[] {
  const text = source.text.slice(start, end);
  if (text.startsWith('//')) return [text.trimEnd()];
  const inside = text.replace(/^\/\*+/, '').replace(/\**\/$/, '');
  const lines = inside.split('\n').map((line) => line.replace(/^\s*\*?\s?/, '').trimEnd());
  while (lines.length > 1 && lines[0] === '') lines.shift();
  while (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines.map((line) => `// ${line}`.trimEnd());
}
