/** Program text → syntax tree. Malformed text yields diagnostics, never an exception, in linear time. */
import type { Expression, ProgramAst, Source, Span } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';
import { findTooDeep } from './depth.ts';
import { parseExpression as parseExpressionWith } from './expressions.ts';
import { Parser } from './parser.ts';
import { parseRoot } from './root.ts';

export interface ParseOptions {
  /** Program parameters, for `$N` inside attach points. */
  readonly positionals?: readonly string[];
}

/** The tree, or undefined when there were syntax errors, which are then in `reporter`. */
export function parse(
  source: Source,
  reporter: Reporter,
  options: ParseOptions = {},
): ProgramAst | undefined {
  return parseWithComments(source, reporter, options)?.ast;
}

/** As {@link parse}, with the places of all comments in the order of the text, for the formatter. */
export function parseWithComments(
  source: Source,
  reporter: Reporter,
  options: ParseOptions = {},
): { readonly ast: ProgramAst; readonly comments: readonly Span[] } | undefined {
  const parser = new Parser(source, reporter, options.positionals ?? []);
  const ast = finish(parser, parseRoot(parser));
  return ast && { ast, comments: parser.comments };
}

/** A text that is one expression, such as the replacement of a C macro; undefined when it is anything else. */
export function parseExpressionText(source: Source, reporter: Reporter): Expression | undefined {
  const parser = new Parser(source, reporter, []);
  const expression = parseExpressionWith(parser);
  if (!parser.failed && !parser.atEnd) parser.lose(messages.unexpectedInput());
  return finish(parser, expression);
}

function finish<T extends object>(parser: Parser, tree: T): T | undefined {
  if (parser.failed) return undefined;
  const place = findTooDeep(tree);
  if (!place) return tree;
  parser.error(messages.nestedTooDeeply(), place);
  return undefined;
}
