/** Operators as data: their spelling, how tightly they bind, and how they are told from longer ones. */
import type { BinaryOperator } from '../ast.ts';
import type { Parser } from './parser.ts';

/** Loosest first; all are left-associative. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

export const precedenceOf: ReadonlyMap<string, number> = new Map(
  levels.flatMap((operators, level) => operators.map((operator) => [operator, level + 1] as const)),
);

/** Longer spellings first, so that the first match is the operator. */
const bySpelling = levels.flat().sort((a, b) => b.length - a.length);

const assignable: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>']);

/** The binary operator that comes next. `+=` and its like are none. */
export function peekBinaryOperator(parser: Parser): BinaryOperator | undefined {
  const at = parser.mark();
  const operator = bySpelling.find((one) => parser.text.startsWith(one, at));
  if (operator === undefined) return undefined;
  if (assignable.has(operator) && parser.text[at + operator.length] === '=') return undefined;
  if (operator === '/' && parser.inPredicate && closesPredicate(parser, at)) return undefined;
  return operator;
}

/** A slash before a block, or before the end of the text, closes a predicate; any other divides. */
function closesPredicate(parser: Parser, at: number): boolean {
  const next = parser.characterAfter(at + 1).character;
  return next === '{' || next === undefined;
}

export type Assignment = { readonly op: BinaryOperator | undefined; readonly length: number };

/** `=` or a compound assignment, if one comes next. */
export function peekAssignment(parser: Parser): Assignment | undefined {
  const at = parser.mark();
  if (parser.text[at] === '=') return parser.text[at + 1] === '=' ? undefined : { op: undefined, length: 1 };
  const op = bySpelling.find((one) => assignable.has(one) && parser.text.startsWith(`${one}=`, at));
  return op === undefined ? undefined : { op, length: op.length + 1 };
}
