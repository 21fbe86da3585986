/**
 * Attach points. Each is one word that ends at `{`, `,`, white space or the end of the text, or at `/` as long
 * as it has no `:` (so that `begin/1/{…}` works and paths keep their slashes). Quotes protect any character,
 * `\` inside them the next one. Comments are not recognised inside a word.
 */
import type { AttachPoint } from '../ast.ts';
import type { Message } from '../messages/diagnostic.ts';
import { messages } from '../messages/messages.ts';
import { isDigit, isSpace } from './characters.ts';
import type { Parser } from './parser.ts';

/** One or more, separated by commas; a comma before the predicate or the block is allowed. */
export function parseAttachPoints(parser: Parser): AttachPoint[] {
  const points: AttachPoint[] = [];
  for (;;) {
    const start = parser.mark();
    const length = wordLength(parser.text, start);
    if (length === 0) {
      if (points.length === 0) expectedAttachPoint(parser);
      return points;
    }
    parser.take(length);
    points.push(splitAttachPoint(parser, start));
    if (!parser.accept(',')) return points;
  }
}

/** Nothing at the root can begin here, either. */
function expectedAttachPoint(parser: Parser): void {
  parser.lose(messages.expectedAttachPoint());
  parser.error(messages.unexpectedInput());
}

function wordLength(text: string, start: number): number {
  let at = start;
  let sawColon = false;
  while (at < text.length) {
    const character = text[at]!;
    if (character === '"') {
      at = pastQuotes(text, at);
      continue;
    }
    const ends = character === '{' || character === ',' || isSpace(character);
    if (ends || (character === '/' && !sawColon)) break;
    if (character === ':') sawColon = true;
    at++;
  }
  return Math.min(at, text.length) - start;
}

function pastQuotes(text: string, quote: number): number {
  let at = quote + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function splitAttachPoint(parser: Parser, start: number): AttachPoint {
  const span = parser.spanFrom(start);
  const text = parser.text.slice(span.start, span.end);
  const label = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(text)?.[1];
  const split = splitWord(label === undefined ? text : text.slice(label.length + 1), parser.positionals);
  if (split.problem) parser.error(split.problem, span);
  return { kind: 'attach-point', label, parts: split.parts, atParts: split.atParts, text, span };
}

export interface SplitWord {
  readonly parts: readonly string[];
  readonly atParts: readonly number[];
  readonly problem: Message | undefined;
}

const replacementLimit = 64;

/**
 * Splits at unquoted `:` and `@`, removes quotes, and replaces `$N` by the parameter's text, which is scanned
 * again. That text may itself name parameters, even its own, so after many replacements the rest is left alone.
 */
export function splitWord(word: string, positionals: readonly string[]): SplitWord {
  const parts = [''];
  const atParts: number[] = [];
  let problem: Message | undefined;
  let replacements = 0;
  const append = (text: string) => {
    parts[parts.length - 1] += text;
  };
  let rest = word;
  let at = 0;
  while (at < rest.length) {
    const character = rest[at]!;
    if (character === '"') {
      const end = pastQuotes(rest, at);
      append(unquote(rest.slice(at, end)));
      at = end;
    } else if (character === ':' || character === '@') {
      parts.push('');
      if (character === '@') atParts.push(parts.length - 1);
      at++;
    } else if (character === '$' && isDigit(rest[at + 1]) && replacements < replacementLimit) {
      const digits = /^[0-9]+/.exec(rest.slice(at + 1))?.[0] ?? '';
      rest = (positionals[Number(digits) - 1] ?? '') + rest.slice(at + 1 + digits.length);
      at = 0;
      replacements++;
    } else {
      if (character === '$' && !isDigit(rest[at + 1]))
        problem ??= messages.parameterTrailing(rest[at + 1] ?? '');
      append(character);
      at++;
    }
  }
  return { parts, atParts, problem };
}

function unquote(quoted: string): string {
  const inside = quoted.slice(1, quoted.length > 1 && quoted.endsWith('"') ? -1 : undefined);
  return inside.replace(/\\([\s\S])/g, '$1');
}
