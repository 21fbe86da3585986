/** Loops: `for` over a map or a range, `while`, `unroll`. Parentheses around their heads are optional. */
import type { Expression, ForStatement, Statement } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import { parseBlock } from './blocks.ts';
import type { Parser } from './parser.ts';
import { missingExpression, parseCondition, parsePrimary, parseVariable } from './primary.ts';

export function parseWhile(parser: Parser): Statement {
  const start = parser.mark();
  parser.acceptWord('while');
  const condition = parseCondition(parser);
  const body = parseBlock(parser);
  return { kind: 'while', condition, body, span: parser.spanFrom(start) };
}

export function parseUnroll(parser: Parser): Statement {
  const start = parser.mark();
  parser.acceptWord('unroll');
  const count = parseCondition(parser);
  const body = parseBlock(parser);
  return { kind: 'unroll', count, body, span: parser.spanFrom(start) };
}

export function parseFor(parser: Parser): Statement {
  const start = parser.mark();
  parser.acceptWord('for');
  const parenthesised = parser.accept('(');
  const variable = parseVariable(parser);
  if (!variable) return abandon(parser, start, () => parser.lose(messages.expectedVariable()));
  if (!parser.expect(':')) return abandon(parser, start);
  const first = parsePrimary(parser);
  if (parser.lost) return abandon(parser, start);
  const iterable = parseIterable(parser, start, first);
  if (parser.lost) return abandon(parser, start);
  if (parenthesised) parser.expect(')');
  if (!iterable) return abandon(parser, start, () => parser.lose(messages.expectedMapOrRange()));
  const body = parseBlock(parser);
  return { kind: 'for', variable, iterable, body, span: parser.spanFrom(start) };
}

/** Range bounds are primary expressions. The span of a range begins at the word `for`. */
function parseIterable(
  parser: Parser,
  start: number,
  first: Expression,
): ForStatement['iterable'] | undefined {
  if (parser.accept('..')) {
    const end = parsePrimary(parser);
    return { kind: 'range', start: first, end, span: parser.spanFrom(start) };
  }
  return first.kind === 'map' ? { kind: 'map', map: first } : undefined;
}

function abandon(parser: Parser, start: number, report?: () => void): Statement {
  report?.();
  parser.halt();
  return { kind: 'discard', value: missingExpression(parser), span: parser.spanFrom(start) };
}
