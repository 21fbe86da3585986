/** Primary expressions: literals, names, variables, maps, calls, and the words that begin a construct. */
import type { Call, Expression, IfExpression, MapExpression } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import { parseBlock } from './blocks.ts';
import { isDigit, isIdentifierStart } from './characters.ts';
import { parseExpression, parseUnary } from './expressions.ts';
import { parseInteger, parseString } from './literals.ts';
import { parseParenthesised, seesCast } from './parenthesised.ts';
import type { Parser } from './parser.ts';
import { parseParenthesisedTypeArgument, parseTypeArgument } from './types.ts';

/** Stands where an expression could not be read; the tree it is in is thrown away. */
export function missingExpression(parser: Parser): Expression {
  const span = parser.spanBetween(parser.offset, parser.offset);
  return { kind: 'integer', value: 0n, span };
}

export interface PrimaryOptions {
  /** Leave a bracket after a map alone. */
  readonly wholeMap?: boolean;
}

export function parsePrimary(parser: Parser, options: PrimaryOptions = {}): Expression {
  const first = parser.text[parser.mark()];
  if (isDigit(first)) return parseInteger(parser);
  if (isIdentifierStart(first)) return parseWord(parser);
  if (first === '"') return parseString(parser);
  if (first === '$') return parseDollar(parser);
  if (first === '@') return parseMap(parser, options);
  if (first === '(') return parseParenthesised(parser);
  if (first === '{') {
    const start = parser.mark();
    const block = parseBlock(parser);
    return { kind: 'block-expression', block, span: parser.spanFrom(start) };
  }
  parser.lose(messages.expectedExpression());
  return missingExpression(parser);
}

/** `$name`, `$1` or `$#`. A dollar before anything else is reported and left where it is. */
function parseDollar(parser: Parser): Expression {
  const start = parser.mark();
  const next = parser.text[start + 1];
  if (next === '#') {
    parser.take(2);
    return { kind: 'parameter-count', span: parser.spanFrom(start) };
  }
  if (isDigit(next)) return parsePositional(parser, start);
  if (!isIdentifierStart(next)) {
    parser.lose(messages.expectedIdentifierAfterDollar());
    return missingExpression(parser);
  }
  return parseVariable(parser) ?? missingExpression(parser);
}

function parsePositional(parser: Parser, start: number): Expression {
  const digits = /^[0-9]+/.exec(parser.text.slice(start + 1))?.[0] ?? '';
  const text = parser.take(1 + digits.length);
  const index = BigInt(digits);
  if (index < 1n || index >= 1n << 63n) parser.error(messages.parameterRange(text), parser.spanFrom(start));
  return { kind: 'positional-parameter', index: Number(index), span: parser.spanFrom(start) };
}

/** A variable, or undefined without a report. */
export function parseVariable(parser: Parser): (Expression & { readonly kind: 'variable' }) | undefined {
  const start = parser.mark();
  if (parser.text[start] !== '$' || !isIdentifierStart(parser.text[start + 1])) return undefined;
  parser.take(1);
  const name = parser.acceptIdentifier() ?? '';
  return { kind: 'variable', name, span: parser.spanFrom(start) };
}

/** `@name` or a bare `@`, which must come next. */
export function parseMapName(parser: Parser): MapExpression {
  const start = parser.mark();
  parser.take(1);
  const glued = isIdentifierStart(parser.text[parser.offset]);
  const name = `@${glued ? (parser.acceptIdentifier() ?? '') : ''}`;
  return { kind: 'map', name, span: parser.spanFrom(start) };
}

function parseMap(parser: Parser, options: PrimaryOptions): Expression {
  const start = parser.mark();
  const map = parseMapName(parser);
  if (options.wholeMap || !parser.accept('[')) return map;
  const keys = [parseExpression(parser)];
  while (!parser.lost && parser.accept(',')) keys.push(parseExpression(parser));
  parser.expect(']');
  return { kind: 'map-element', map, keys, span: parser.spanFrom(start) };
}

/** Words that begin a construct of their own. */
const constructs: Readonly<Record<string, (parser: Parser) => Expression>> = {
  true: (parser) => parseBoolean(parser, true),
  false: (parser) => parseBoolean(parser, false),
  if: parseIf,
  sizeof: (parser) => parseSizeof(parser, 'sizeof'),
  typeinfo: (parser) => parseSizeof(parser, 'typeinfo'),
  offsetof: parseOffsetof,
};

function parseWord(parser: Parser): Expression {
  const word = parser.peekWord();
  const construct = Object.hasOwn(constructs, word) ? constructs[word] : undefined;
  if (construct) return construct(parser);
  const start = parser.mark();
  const name = parser.take(word.length);
  if (!parser.sees('('))
    return { kind: 'identifier', name, span: parser.spanBetween(start, start + word.length) };
  return parseCall(parser, start, name);
}

function parseCall(parser: Parser, start: number, name: string): Call {
  parser.expect('(');
  const args: Expression[] = [];
  if (!parser.sees(')')) {
    do args.push(parseArgument(parser));
    while (!parser.lost && parser.accept(','));
  }
  parser.expect(')');
  return { kind: 'call', name, args, span: parser.spanFrom(start) };
}

/** An expression, or `typeof(T)` as a type argument of a macro. */
function parseArgument(parser: Parser): Expression {
  const start = parser.mark();
  if (!parser.seesWord('typeof')) return parseExpression(parser);
  parser.acceptWord('typeof');
  const of = parseParenthesisedTypeArgument(parser);
  return { kind: 'typeof', of, span: parser.spanFrom(start) };
}

function parseBoolean(parser: Parser, value: boolean): Expression {
  const start = parser.mark();
  parser.take(parser.peekWord().length);
  return { kind: 'boolean', value, span: parser.spanFrom(start) };
}

function parseSizeof(parser: Parser, kind: 'sizeof' | 'typeinfo'): Expression {
  const start = parser.mark();
  parser.acceptWord(kind);
  const of = parseParenthesisedTypeArgument(parser);
  return { kind, of, span: parser.spanFrom(start) };
}

function parseOffsetof(parser: Parser): Expression {
  const start = parser.mark();
  parser.acceptWord('offsetof');
  parser.expect('(');
  const of = parseTypeArgument(parser);
  parser.expect(',');
  const path = [parser.lost ? '' : parser.expectIdentifier()];
  while (!parser.lost && parser.accept('.')) path.push(parser.expectIdentifier());
  parser.expect(')');
  return { kind: 'offsetof', of, path, span: parser.spanFrom(start) };
}

export function parseIf(parser: Parser): IfExpression {
  const start = parser.mark();
  parser.acceptWord('if');
  const condition = parseCondition(parser);
  const then = parseBlock(parser);
  const otherwise = parseElse(parser);
  return { kind: 'if', condition, then, otherwise, span: parser.spanFrom(start) };
}

function parseElse(parser: Parser): IfExpression['otherwise'] {
  if (parser.lost || !parser.acceptWord('else')) return undefined;
  if (parser.seesWord('if')) {
    return parser.nested(
      () => parseIf(parser),
      () => undefined,
    );
  }
  if (parser.sees('{')) return parseBlock(parser);
  parser.lose(messages.expectedAfterElse());
  return undefined;
}

/** Any expression in parentheses; without them only as much as a unary operator takes. */
export function parseCondition(parser: Parser): Expression {
  if (!parser.sees('(') || seesCast(parser)) return parseUnary(parser);
  parser.expect('(');
  const condition = parseExpression(parser);
  parser.expect(')');
  return condition;
}
