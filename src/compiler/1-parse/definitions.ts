/**
 * C at the top level: preprocessor lines, and definitions of structs, unions and enums up to their closing
 * brace with attributes. They are kept as text; the C declaration parser reads them.
 */
import type { CDefinition } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { Parser } from './parser.ts';

/** The next character must be `#`. */
export function parsePreprocessorLine(parser: Parser): CDefinition {
  const start = parser.mark();
  const newline = parser.text.indexOf('\n', start);
  parser.take((newline < 0 ? parser.text.length : newline) - start);
  return definition(parser, 'preprocessor', start);
}

/** The next word must be `struct`, `union` or `enum`. */
export function parseDefinition(parser: Parser): CDefinition {
  const start = parser.mark();
  const open = nextOf(parser, start, '{;');
  if (parser.text[open] === '{') {
    const end = pastBalanced(parser, open);
    parser.take(end - parser.offset);
    parseAttributes(parser);
    parser.accept(';');
  } else if (open < parser.text.length) {
    parser.take(open + 1 - parser.offset);
  } else unterminated(parser, start);
  return definition(parser, 'definition', start);
}

function definition(parser: Parser, form: CDefinition['form'], start: number): CDefinition {
  const span = parser.spanFrom(start);
  return { kind: 'cdef', form, text: parser.text.slice(span.start, span.end), span };
}

function unterminated(parser: Parser, start: number): void {
  parser.take(parser.text.length - parser.offset);
  parser.error(messages.unterminatedDefinition(), parser.spanBetween(start, start + 1));
}

function parseAttributes(parser: Parser): void {
  while (parser.seesWord('__attribute__')) {
    parser.acceptWord('__attribute__');
    if (
      !/^\(\s*\($/.test(parser.text.slice(parser.mark(), parser.characterAfter(parser.offset + 1).offset + 1))
    ) {
      parser.lose(messages.malformedAttribute());
      return;
    }
    parser.take(pastBalanced(parser, parser.offset) - parser.offset);
  }
}

/** Offset of the first of `wanted` outside comments and quotes, or the end of the text. */
function nextOf(parser: Parser, from: number, wanted: string): number {
  let at = from;
  while (at < parser.text.length && !wanted.includes(parser.text[at]!)) at = pastElement(parser, at);
  return at;
}

/** The offset after the bracket that closes the one at `open`. */
function pastBalanced(parser: Parser, open: number): number {
  let depth = 0;
  let at = open;
  while (at < parser.text.length) {
    const character = parser.text[at]!;
    if ('{('.includes(character)) depth++;
    if ('})'.includes(character) && --depth === 0) return at + 1;
    at = pastElement(parser, at);
  }
  parser.error(messages.unterminatedDefinition(), parser.spanBetween(open, open + 1));
  return parser.text.length;
}

/** Past one character, one quoted text or one comment. */
function pastElement(parser: Parser, at: number): number {
  const character = parser.text[at];
  if (character === '"' || character === "'") {
    let end = at + 1;
    while (end < parser.text.length && parser.text[end] !== character && parser.text[end] !== '\n') {
      end += parser.text[end] === '\\' ? 2 : 1;
    }
    return Math.min(end + 1, parser.text.length);
  }
  const isComment = parser.text.startsWith('//', at) || parser.text.startsWith('/*', at);
  return isComment ? parser.characterAfter(at).offset : at + 1;
}
