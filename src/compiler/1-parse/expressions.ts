/** Expressions by precedence: ternary, binary, prefix and postfix operators. Primaries are in primary.ts. */
import type { AssignTarget, Binary, Expression, Ternary, Unary, UnaryOperator, Update } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import { isDigit } from './characters.ts';
import { peekBinaryOperator, precedenceOf } from './operators.ts';
import { parseCast, seesCast } from './parenthesised.ts';
import type { Parser } from './parser.ts';
import { missingExpression, parsePrimary } from './primary.ts';

export function parseExpression(parser: Parser): Expression {
  return parser.nested(
    () => {
      const start = parser.mark();
      return parseTernaryAfter(parser, start, parseBinary(parser));
    },
    () => missingExpression(parser),
  );
}

/** `condition` has been read, from `start` on; goes on when a `?` follows. */
export function parseTernaryAfter(parser: Parser, start: number, condition: Expression): Expression {
  if (parser.lost || !parser.accept('?')) return condition;
  if (parser.accept(':')) return ternary(parser, start, condition, undefined, parseExpression(parser));
  const then = parseExpression(parser);
  parser.expect(':');
  return ternary(
    parser,
    start,
    condition,
    then,
    parser.lost ? missingExpression(parser) : parseExpression(parser),
  );
}

function ternary(
  parser: Parser,
  start: number,
  condition: Expression,
  then: Expression | undefined,
  otherwise: Expression,
): Ternary {
  return { kind: 'ternary', condition, then, otherwise, span: parser.spanFrom(start) };
}

export function parseBinary(parser: Parser, minimum = 1): Expression {
  const start = parser.mark();
  return parseBinaryAfter(parser, start, parseUnary(parser), minimum);
}

/** `left` has been read, from `start` on; goes on with operators that bind at least as tightly as `minimum`. */
export function parseBinaryAfter(parser: Parser, start: number, first: Expression, minimum = 1): Expression {
  let left = first;
  while (!parser.lost) {
    const op = peekBinaryOperator(parser);
    const precedence = op === undefined ? 0 : (precedenceOf.get(op) ?? 0);
    if (op === undefined || precedence < minimum) break;
    parser.take(op.length);
    const right = parseBinary(parser, precedence + 1);
    const binary: Binary = { kind: 'binary', op, left, right, span: parser.spanFrom(start) };
    left = binary;
  }
  return left;
}

const unaryOperators: Readonly<Record<string, UnaryOperator>> = { '-': '-', '!': '!', '~': '~', '*': '*' };

export function parseUnary(parser: Parser): Expression {
  return parser.nested(
    () => parseUnaryOperator(parser),
    () => missingExpression(parser),
  );
}

function parseUnaryOperator(parser: Parser): Expression {
  const start = parser.mark();
  if (parser.sees('++') || parser.sees('--')) return parsePrefixUpdate(parser, start);
  const op = unaryOperators[parser.text[start] ?? ''];
  if (op !== undefined) {
    parser.take(1);
    const operand = parseUnary(parser);
    const unary: Unary = { kind: 'unary', op, operand, span: parser.spanFrom(start) };
    return unary;
  }
  if (parser.sees('&')) return parseAddressOf(parser, start);
  if (parser.acceptWord('comptime')) {
    const operand = parseUnary(parser);
    return { kind: 'comptime', operand, span: parser.spanFrom(start) };
  }
  return seesCast(parser) ? parseCast(parser) : parsePostfix(parser);
}

/** The operand of `&` is a bare variable or map: `&@m[1]` is not the address of an element. */
function parseAddressOf(parser: Parser, start: number): Expression {
  parser.take(1);
  const operandStart = parser.mark();
  const operand = parser.sees('@') ? parsePrimary(parser, { wholeMap: true }) : parseUnary(parser);
  if (operand.kind === 'variable' || operand.kind === 'map') {
    return { kind: 'address-of', target: operand, span: parser.spanFrom(start) };
  }
  if (!parser.lost) parser.error(messages.invalidAddressOf(), parser.spanFrom(operandStart));
  return operand;
}

function parsePrefixUpdate(parser: Parser, start: number): Expression {
  const op = parser.take(2) === '++' ? '++' : '--';
  const opSpan = parser.spanFrom(start);
  const target = parseUnary(parser);
  if (isAssignable(target)) {
    const update: Update = { kind: 'update', op, prefix: true, target, span: parser.spanFrom(start) };
    return update;
  }
  if (!parser.lost) parser.error(messages.invalidUpdate(), opSpan);
  return target;
}

export function isAssignable(expression: Expression): expression is AssignTarget {
  return expression.kind === 'variable' || expression.kind === 'map' || expression.kind === 'map-element';
}

export function parsePostfix(parser: Parser): Expression {
  const start = parser.mark();
  return parsePostfixAfter(parser, start, parsePrimary(parser));
}

/** Even after a missing bracket the operators that follow belong to the same operand, so this goes on. */
function parsePostfixAfter(parser: Parser, start: number, first: Expression): Expression {
  let operand = first;
  while (!parser.halted) {
    const next = parsePostfixOperator(parser, start, operand);
    if (!next) break;
    operand = next;
  }
  return operand;
}

function parsePostfixOperator(parser: Parser, start: number, object: Expression): Expression | undefined {
  if (parser.accept('->')) return parseMember(parser, start, object);
  if (parser.sees('.') && !parser.sees('..')) {
    parser.take(1);
    return parseMember(parser, start, object);
  }
  if (parser.accept('[')) {
    const index = parseExpression(parser);
    parser.expect(']');
    return { kind: 'index', object, index, span: parser.spanFrom(start) };
  }
  return parser.sees('++') || parser.sees('--') ? parsePostfixUpdate(parser, start, object) : undefined;
}

function parseMember(parser: Parser, start: number, object: Expression): Expression {
  const nameStart = parser.mark();
  if (isDigit(parser.text[nameStart])) {
    const digits = /^[0-9]+/.exec(parser.text.slice(nameStart, nameStart + 20))?.[0] ?? '0';
    parser.take(digits.length);
    return { kind: 'tuple-access', object, index: BigInt(digits), span: parser.spanFrom(start) };
  }
  const name = parser.expectIdentifier();
  const nameSpan = parser.spanFrom(nameStart);
  return { kind: 'field', object, name, nameSpan, span: parser.spanFrom(start) };
}

function parsePostfixUpdate(parser: Parser, start: number, target: Expression): Expression {
  const opStart = parser.mark();
  const op = parser.take(2) === '++' ? '++' : '--';
  if (isAssignable(target)) {
    const update: Update = { kind: 'update', op, prefix: false, target, span: parser.spanFrom(start) };
    return update;
  }
  parser.error(messages.invalidUpdate(), parser.spanFrom(opStart));
  return target;
}
