/**
 * What an assignment does to the type of its target: names grow to hold everything assigned to them anywhere in
 * the program. The walk is repeated until nothing grows, so here it is enough to take one step.
 */
import { typeName } from '../../../program/layout.ts';
import type { Type } from '../../../program/types.ts';
import type { Span } from '../../ast.ts';
import { messages } from '../../messages/messages.ts';
import type { Checker } from '../checker.ts';
import { integerTypeOf, isOpenLiteral } from '../convert.ts';
import { warnConversion } from '../expressions/warn-conversion.ts';
import { fits, isAggregate, join, sameType } from '../type-rules.ts';
import type { TypedExpression, TypedTarget } from '../typed.ts';

/** The target's type after this assignment; undefined (and reported) when the value does not go there. */
export function growTarget(
  checker: Checker,
  target: TypedTarget,
  value: TypedExpression,
  span: Span,
): Type | undefined {
  const symbol = target.kind === 'variable' ? target.variable : target.map;
  const current = target.kind === 'variable' ? target.variable.type : target.map.value;
  symbol.assigned = true;
  const incoming = { type: value.type, flexible: isOpenLiteral(value) };
  if (current === undefined) {
    set(checker, target, incoming.type, incoming.flexible);
    return incoming.type;
  }
  if (target.kind === 'variable' && target.variable.declared)
    return assignDeclared(checker, target.variable.name, current, value, span);
  const joined = isAggregate(current)
    ? undefined
    : join({ type: current, flexible: symbol.flexible }, incoming);
  if (joined === undefined) {
    const name = target.kind === 'variable' ? `$${target.variable.name}` : target.map.name;
    checker.error(span, messages.assignMismatch(name, typeName(value.type), typeName(current), target.kind));
    return undefined;
  }
  if (!sameType(joined.type, current) || joined.flexible !== symbol.flexible)
    set(checker, target, joined.type, joined.flexible);
  const integer = integerTypeOf(value.type);
  if (integer !== undefined) warnConversion(checker, value, integer, joined.type);
  return joined.type;
}

function set(checker: Checker, target: TypedTarget, type: Type, flexible: boolean): void {
  if (target.kind === 'variable') {
    target.variable.type = type;
    target.variable.flexible = flexible;
  } else {
    target.map.value = type;
    target.map.flexible = flexible;
  }
  checker.grew();
}

/** A declared type stays as it is: literals must fit, other integers are cut with a warning. */
function assignDeclared(
  checker: Checker,
  name: string,
  declared: Type,
  value: TypedExpression,
  span: Span,
): Type | undefined {
  const integer = integerTypeOf(value.type);
  if (declared.kind === 'int' && integer !== undefined) {
    if (value.op !== 'constant' || !value.literal) {
      warnConversion(checker, value, integer, declared);
      return declared;
    }
    if (fits(value.value, declared)) return declared;
  }
  if (declared.kind === 'string' && declared.size === 0 && value.type.kind === 'string') return value.type;
  const joined = join(
    { type: declared, flexible: false },
    { type: value.type, flexible: isOpenLiteral(value) },
  );
  if (joined !== undefined && declared.kind !== 'int' && sameType(joined.type, declared)) return declared;
  checker.error(
    span,
    messages.assignMismatch(`$${name}`, typeName(value.type), typeName(declared), 'variable'),
  );
  return undefined;
}
