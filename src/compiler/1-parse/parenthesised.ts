/**
 * Everything that begins with `(`: grouping, tuple, record, cast. `(name)` followed by something that can start
 * an expression is a cast, else it is a grouping; so `(x)*$a` casts a dereference, and `(pid)*tid` multiplies.
 */
import type { Expression, RecordLiteral } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import { isIdentifierStart, isWordCharacter } from './characters.ts';
import { parseExpression, parseUnary } from './expressions.ts';
import type { Parser } from './parser.ts';
import { lookPastType, parseType } from './types.ts';

/** The next character must be `(`. Casts take a unary expression, so they are left to {@link seesCast}. */
export function parseParenthesised(parser: Parser): Expression {
  const start = parser.mark();
  parser.expect('(');
  if (parser.accept(')')) return { kind: 'tuple', elements: [], span: parser.spanFrom(start) };
  if (seesRecordField(parser)) return parseRecord(parser, start);
  const first = parseExpression(parser);
  if (!parser.sees(',')) {
    parser.expect(')');
    return first;
  }
  const elements = [first];
  while (!parser.lost && parser.accept(',')) {
    if (parser.sees(')')) break;
    elements.push(parseExpression(parser));
  }
  parser.expect(')');
  return { kind: 'tuple', elements, span: parser.spanFrom(start) };
}

function seesRecordField(parser: Parser): boolean {
  const name = parser.peekWord();
  if (!isIdentifierStart(name[0])) return false;
  const next = parser.characterAfter(parser.offset + name.length);
  return next.character === '=' && parser.text[next.offset + 1] !== '=';
}

function parseRecord(parser: Parser, start: number): RecordLiteral {
  const fields: RecordLiteral['fields'][number][] = [];
  const names = new Set<string>();
  do {
    const fieldStart = parser.mark();
    const name = parser.acceptIdentifier();
    if (name === undefined) {
      parser.lose(messages.expectedIdentifier());
      break;
    }
    parser.expect('=');
    const value = parseExpression(parser);
    const span = parser.spanFrom(fieldStart);
    if (names.has(name)) parser.error(messages.duplicateField(name), span);
    names.add(name);
    fields.push({ name, value, span });
  } while (!parser.lost && parser.accept(','));
  parser.expect(')');
  return { kind: 'record', fields, span: parser.spanFrom(start) };
}

/** Whether a cast begins here; nothing is consumed. */
export function seesCast(parser: Parser): boolean {
  if (!parser.sees('(')) return false;
  const open = parser.characterAfter(parser.offset + 1);
  const type = lookPastType(parser, open.offset);
  if (!type) return false;
  if (type.certain) return true;
  const close = parser.characterAfter(type.end);
  if (close.character !== ')') return false;
  return type.isPointer || startsExpression(parser, parser.characterAfter(close.offset + 1).offset);
}

/** A block is not counted: `if (x) { … }` is a condition and its block. */
function startsExpression(parser: Parser, offset: number): boolean {
  const [first = '', second = ''] = parser.text.slice(offset, offset + 2);
  if (isWordCharacter(first)) return true;
  if (first === '!') return second !== '=';
  if (first === '&') return second === '$' || second === '@';
  if (first === '*' || first === '-') return second !== '=' && second !== '>';
  return first !== '' && '$@"(~'.includes(first);
}

/** `(type) unary`. The span is that of the parenthesised type alone, where mistakes about casts are shown. */
export function parseCast(parser: Parser): Expression {
  const start = parser.mark();
  parser.expect('(');
  const type = parseType(parser);
  parser.expect(')');
  const span = parser.spanFrom(start);
  return { kind: 'cast', type, operand: parseUnary(parser), span };
}
