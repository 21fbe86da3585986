/**
 * Blocks. The last expression may go without `;` and is then the block's value; whether somebody wants that
 * value is decided later. A statement with a mistake ends the parse.
 */
import type { Block, Expression, Statement } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { Parser } from './parser.ts';
import { parseStatement } from './statements.ts';

export function parseBlock(parser: Parser): Block {
  const start = parser.mark();
  const empty = (): Block => ({
    kind: 'block',
    statements: [],
    value: undefined,
    span: parser.spanFrom(start),
  });
  if (!parser.expect('{')) return empty();
  return parser.nested(() => parseRest(parser, start), empty);
}

function parseRest(parser: Parser, start: number): Block {
  // What a predicate says about slashes does not hold inside a block that is part of it.
  const { inPredicate } = parser;
  parser.inPredicate = false;
  const statements: Statement[] = [];
  let value: Expression | undefined;
  while (!parser.failed && value === undefined && !parser.sees('}')) {
    if (parser.atEnd) break;
    const part = parseStatement(parser);
    if (part.kind === 'value') value = part.expression;
    else statements.push(part.statement);
  }
  parser.inPredicate = inPredicate;
  if (parser.failed) parser.halt();
  else parser.expect('}');
  return { kind: 'block', statements, value, span: parser.spanFrom(start) };
}

/** A `$` that begins nothing leaves the block without a statement to go on with. */
export function unexpectedInput(parser: Parser): void {
  parser.lose(messages.unexpectedInputInBlock());
}
