/** Types in a macro's body that name a parameter: `macro c(t, e) { (t)e }` called with `typeof(uint8)`. */
import type { Expression, NamedTypeExpression, Span, TypeExpression } from '../ast.ts';
import { isType } from './rewrite.ts';

/** The type with the argument in place of its name; undefined when the argument is no type. */
export function substituteType(
  type: NamedTypeExpression,
  argument: Expression,
  span: Span,
): TypeExpression | undefined {
  if (argument.kind !== 'typeof') return undefined;
  const { of } = argument;
  if (isType(of)) return { ...of, suffixes: [...of.suffixes, ...type.suffixes], span };
  return { kind: 'type-of', of, suffixes: type.suffixes, span };
}

/** As written, without white space. */
export function typeText(type: NamedTypeExpression): string {
  const suffixes = type.suffixes.map((one) => (one.kind === 'pointer' ? '*' : `[${one.length ?? ''}]`));
  return [type.tag ? `${type.tag} ` : '', type.name, ...suffixes].join('');
}
