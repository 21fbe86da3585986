/** Statements. Those that begin with a word are found in a table; the others are assignments and expressions. */
import type { Expression, ImportStatement, Statement } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import { unexpectedInput } from './blocks.ts';
import { isDigit, isIdentifierStart } from './characters.ts';
import {
  isAssignable,
  parseBinaryAfter,
  parseExpression,
  parsePostfix,
  parseTernaryAfter,
} from './expressions.ts';
import { parseString } from './literals.ts';
import { parseFor, parseUnroll, parseWhile } from './loops.ts';
import { type Assignment, peekAssignment } from './operators.ts';
import type { Parser } from './parser.ts';
import { missingExpression, parsePrimary, parseVariable } from './primary.ts';
import { parseType } from './types.ts';

/** What one step of a block yields: a statement, or the value at the block's end. */
export type BlockPart =
  | { readonly kind: 'statement'; readonly statement: Statement }
  | { readonly kind: 'value'; readonly expression: Expression };

const statementParsers: Readonly<Record<string, (parser: Parser) => Statement>> = {
  let: parseLet,
  for: parseFor,
  while: parseWhile,
  unroll: parseUnroll,
  break: (parser) => parseJump(parser, 'break'),
  continue: (parser) => parseJump(parser, 'continue'),
  return: parseReturn,
};

export function parseStatement(parser: Parser): BlockPart {
  const word = parser.peekWord();
  const parse = Object.hasOwn(statementParsers, word) ? statementParsers[word] : undefined;
  if (parse) return statement(parse(parser));
  if (word === '_' && seesDiscard(parser)) return statement(parseDiscard(parser));
  if (word === 'import' && seesImport(parser)) return statement(parseImport(parser));
  if (parser.sees('$') || parser.sees('@')) return parseAssignmentOrBinary(parser);
  if (word === 'if' || parser.sees('{')) return endOfExpression(parser, parser.mark(), parsePrimary(parser));
  const start = parser.mark();
  return endOfExpression(parser, start, parseExpression(parser));
}

function statement(one: Statement): BlockPart {
  return { kind: 'statement', statement: one };
}

/** `;`, or nothing before the closing brace. */
export function expectEnd(parser: Parser): void {
  if (!parser.sees('}')) parser.expect(';');
}

/** Closes an expression statement; without `;` before the brace it is the block's value instead. */
function endOfExpression(parser: Parser, start: number, expression: Expression): BlockPart {
  if (parser.sees('}')) return { kind: 'value', expression };
  const endsInBlock = expression.kind === 'if' || expression.kind === 'block-expression';
  if (endsInBlock) parser.accept(';');
  else parser.expect(';');
  return statement({ kind: 'expression-statement', expression, span: parser.spanFrom(start) });
}

/**
 * A statement that begins with `$` or `@` is an assignment or a binary expression. A ternary operator may only
 * follow when the statement is the last of its block.
 */
function parseAssignmentOrBinary(parser: Parser): BlockPart {
  const start = parser.mark();
  const next = parser.text[start + 1];
  const begins = parser.sees('@') || isIdentifierStart(next) || isDigit(next) || next === '#';
  if (!begins) {
    parser.lose(messages.expectedIdentifierAfterDollar());
    unexpectedInput(parser);
    return statement({
      kind: 'expression-statement',
      expression: missingExpression(parser),
      span: parser.spanFrom(start),
    });
  }
  const target = parsePostfix(parser);
  const assignment = parser.lost ? undefined : peekAssignment(parser);
  if (assignment) {
    return statement(parseAssignedValue(parser, start, target, assignment));
  }
  const binary = parseBinaryAfter(parser, start, target);
  const isLastTernary = !parser.lost && parser.sees('?') && ternaryEndsBlock(parser);
  return endOfExpression(parser, start, isLastTernary ? parseTernaryAfter(parser, start, binary) : binary);
}

function parseAssignedValue(
  parser: Parser,
  start: number,
  target: Expression,
  { op, length }: Assignment,
): Statement {
  const opStart = parser.mark();
  parser.take(length);
  const value = parseExpression(parser);
  const span = parser.spanFrom(start);
  if (!isAssignable(target)) {
    const isMember = target.kind === 'field' || target.kind === 'tuple-access';
    parser.error(isMember ? messages.immutable() : messages.invalidAssignmentTarget(), span);
    return { kind: 'discard', value, span };
  }
  const opSpan = parser.spanFrom(opStart);
  expectEnd(parser);
  const assign: Statement = { kind: 'assign', target, op, value, span };
  return op === undefined ? assign : { ...assign, opSpan };
}

/**
 * Looks ahead from a `?` whether the statement is the last one: whether the block closes before a `;` at the
 * same depth. Strings and comments are passed over.
 */
function ternaryEndsBlock(parser: Parser): boolean {
  let depth = 0;
  let at = parser.offset;
  while (at < parser.text.length) {
    const character = parser.text[at]!;
    if (character === '"') at = pastString(parser.text, at);
    else if (character === '/' && /^[/*]/.test(parser.text[at + 1] ?? ''))
      at = parser.characterAfter(at).offset;
    else {
      if (depth === 0 && (character === ';' || character === '}')) return character === '}';
      if ('([{'.includes(character)) depth++;
      if (')]}'.includes(character)) depth--;
      at++;
    }
  }
  return false;
}

function pastString(text: string, quote: number): number {
  let at = quote + 1;
  while (at < text.length && text[at] !== '"' && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function parseLet(parser: Parser): Statement {
  const start = parser.mark();
  parser.acceptWord('let');
  const variable = parseVariable(parser);
  if (!variable) {
    parser.lose(messages.expectedVariableAfterLet());
    parser.halt();
    return { kind: 'discard', value: missingExpression(parser), span: parser.spanFrom(start) };
  }
  const headSpan = parser.spanFrom(start);
  const type = parser.accept(':') ? parseType(parser) : undefined;
  const value =
    !parser.lost && !parser.sees('==') && parser.accept('=') ? parseExpression(parser) : undefined;
  const span = parser.spanFrom(start);
  expectEnd(parser);
  return { kind: 'let', variable, type, value, headSpan, span };
}

/** The spans of jumps include the semicolon. */
function parseJump(parser: Parser, kind: 'break' | 'continue'): Statement {
  const start = parser.mark();
  parser.acceptWord(kind);
  expectEnd(parser);
  return { kind, span: parser.spanFrom(start) };
}

function parseReturn(parser: Parser): Statement {
  const start = parser.mark();
  parser.acceptWord('return');
  const value = parser.sees(';') || parser.sees('}') ? undefined : parseExpression(parser);
  expectEnd(parser);
  return { kind: 'return', value, span: parser.spanFrom(start) };
}

function seesDiscard(parser: Parser): boolean {
  const next = parser.characterAfter(parser.offset + 1);
  return next.character === '=' && parser.text[next.offset + 1] !== '=';
}

function parseDiscard(parser: Parser): Statement {
  const start = parser.mark();
  parser.take(1);
  parser.expect('=');
  const value = parseExpression(parser);
  const span = parser.spanFrom(start);
  expectEnd(parser);
  return { kind: 'discard', value, span };
}

function seesImport(parser: Parser): boolean {
  return parser.characterAfter(parser.offset + 'import'.length).character === '"';
}

/** `import "path"` with its semicolon; at the root and in blocks. */
export function parseImport(parser: Parser): ImportStatement {
  const start = parser.mark();
  parser.acceptWord('import');
  const hasPath = parser.sees('"');
  const path = hasPath ? parseString(parser).value : '';
  const span = parser.spanFrom(start);
  if (hasPath) parser.expect(';', messages.expectedAfterImport);
  else parser.lose(messages.expectedImportPath());
  return { kind: 'import', path, span };
}
