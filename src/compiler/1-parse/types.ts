/**
 * Types in program text: casts, declarations, and the arguments of sizeof, offsetof, typeinfo and typeof, which
 * take a type or an expression. A type is recognised by looking ahead without consuming anything.
 */
import type { Expression, TypeExpression, TypeSuffix } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import { isDigit, isIdentifierStart, isWordCharacter } from './characters.ts';
import { parseExpression } from './expressions.ts';
import { parseInteger } from './literals.ts';
import type { Parser } from './parser.ts';

const tags = ['struct', 'union', 'enum'] as const;
type Tag = (typeof tags)[number];

/** Names that are values wherever they stand: never types, never macro parameters. */
const builtinNames = new Set(['args', 'ctx', 'kstack', 'nsecs', 'pid', 'tid', 'ustack']);

export function isParserBuiltin(name: string): boolean {
  return builtinNames.has(name) || /^s?arg[0-9]+$/.test(name) || name.startsWith('__builtin_');
}

export function parseType(parser: Parser): TypeExpression {
  const start = parser.mark();
  if (parser.seesWord('typeof')) return parseTypeof(parser);
  const tag = acceptTag(parser);
  const name = parser.acceptIdentifier();
  if (name === undefined) parser.lose(tag ? messages.expectedIdentifier() : messages.expectedType());
  const suffixes = parseSuffixes(parser);
  return { kind: 'type-name', tag, name: name ?? '', suffixes, span: parser.spanFrom(start) };
}

function parseTypeof(parser: Parser): TypeExpression {
  const start = parser.mark();
  parser.acceptWord('typeof');
  const of = parseParenthesisedTypeArgument(parser);
  const suffixes = parseSuffixes(parser);
  return { kind: 'type-of', of, suffixes, span: parser.spanFrom(start) };
}

function acceptTag(parser: Parser): Tag | undefined {
  const word = parser.peekWord();
  const tag = tags.find((one) => one === word);
  if (tag && isIdentifierStart(parser.characterAfter(parser.offset + tag.length).character)) {
    parser.acceptWord(tag);
    return tag;
  }
  return undefined;
}

function parseSuffixes(parser: Parser): TypeSuffix[] {
  const suffixes: TypeSuffix[] = [];
  while (!parser.lost) {
    if (parser.accept('*')) suffixes.push({ kind: 'pointer' });
    else if (parser.accept('[')) suffixes.push({ kind: 'array', length: parseLength(parser) });
    else break;
  }
  return suffixes;
}

function parseLength(parser: Parser): number | undefined {
  const length = isDigit(parser.text[parser.mark()]) ? Number(parseInteger(parser).value) : undefined;
  parser.expect(']');
  return length;
}

/** `( type | expr )` */
export function parseParenthesisedTypeArgument(parser: Parser): TypeExpression | Expression {
  if (!parser.expect('(')) return parseTypeArgument(parser);
  const argument = parseTypeArgument(parser);
  parser.expect(')');
  return argument;
}

/** A type, or an expression where what stands there cannot be a type followed by `)` or `,`. */
export function parseTypeArgument(parser: Parser): TypeExpression | Expression {
  const after = lookPastType(parser, parser.mark());
  const next = after === undefined ? undefined : parser.characterAfter(after.end).character;
  const isType = after?.certain === true || next === ')' || next === ',';
  return isType ? parseType(parser) : parseExpression(parser);
}

export interface TypeAhead {
  /** Just after the type. For `typeof`, which has no other meaning, just after the word. */
  readonly end: number;
  /** It cannot be anything but a type. */
  readonly certain: boolean;
  readonly isPointer: boolean;
}

/** Whether a type may stand at `offset`, and where it would end. */
export function lookPastType(parser: Parser, offset: number): TypeAhead | undefined {
  const word = wordAt(parser, offset);
  if (!isIdentifierStart(word[0]) || word === 'true' || word === 'false') return undefined;
  const afterWord = offset + word.length;
  const next = parser.characterAfter(afterWord);
  if (word === 'typeof') {
    return next.character === '(' ? { end: afterWord, certain: true, isPointer: false } : undefined;
  }
  if (tags.some((tag) => tag === word) && isIdentifierStart(next.character)) {
    return { end: next.offset, certain: true, isPointer: false };
  }
  return isParserBuiltin(word) ? undefined : lookPastSuffixes(parser, afterWord);
}

function lookPastSuffixes(parser: Parser, offset: number): TypeAhead {
  let end = offset;
  let isPointer = false;
  for (;;) {
    const next = parser.characterAfter(end);
    if (next.character === '*') {
      isPointer = true;
      end = next.offset + 1;
    } else {
      const bracket = next.character === '[' ? lookPastLength(parser, next.offset + 1) : undefined;
      if (bracket === undefined) return { end, certain: false, isPointer };
      end = bracket;
    }
  }
}

/** `[` has been passed: the offset after `]` when only an integer, or nothing, stands between. */
function lookPastLength(parser: Parser, offset: number): number | undefined {
  const at = parser.characterAfter(offset).offset;
  const word = wordAt(parser, at);
  if (word !== '' && !isDigit(word[0])) return undefined;
  const close = parser.characterAfter(at + word.length);
  return close.character === ']' ? close.offset + 1 : undefined;
}

function wordAt(parser: Parser, offset: number): string {
  let end = offset;
  while (isWordCharacter(parser.text[end])) end++;
  return parser.text.slice(offset, end);
}
