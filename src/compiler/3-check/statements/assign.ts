/** Assignments, `let`, and maps that take an aggregate. */

import { typeName } from '../../../program/layout.ts';
import type { Type } from '../../../program/types.ts';
import type { AssignStatement, Call, Expression, LetStatement, Span, Statement } from '../../ast.ts';
import { declarationNotes } from '../../messages/catalogue/names.ts';
import { messages } from '../../messages/messages.ts';
import { findAggregate } from '../../vocabulary/registry.ts';
import type { Checker } from '../checker.ts';
import { convert } from '../convert.ts';
import { combine } from '../expressions/binary.ts';
import {
  asValue,
  checkKey,
  checkMapElement,
  checkMapRead,
  useKeyed,
  useScalar,
} from '../expressions/maps.ts';
import { checkTarget } from '../expressions/unary.ts';
import { checkVariable } from '../expressions/variables.ts';
import { isAggregate, isCastableAggregate, sameType } from '../type-rules.ts';
import { resolveType } from '../type-syntax.ts';
import type { TypedExpression, TypedStatement, TypedTarget } from '../typed.ts';
import { growTarget } from './targets.ts';

type MapTarget = Extract<AssignStatement['target'], { kind: 'map' | 'map-element' }>;

export function checkAssign(checker: Checker, statement: AssignStatement): readonly TypedStatement[] {
  const { target, op, value, span } = statement;
  if (
    op === undefined &&
    target.kind !== 'variable' &&
    value.kind === 'call' &&
    findAggregate(value.name) !== undefined
  ) {
    return checkAggregate(checker, target, value, span);
  }
  if (op !== undefined) return checkCompound(checker, statement);
  const checked = checker.expression(value);
  if (target.kind === 'variable') return assignVariable(checker, target, checked, span);
  const place = checkTarget(checker, target);
  return place === undefined ? [] : assign(checker, place, checked, span);
}

/** `x op= e` is `x = x op e`; a map or variable that has no type yet takes an integer. */
function checkCompound(
  checker: Checker,
  { target, op, value, span, opSpan }: AssignStatement,
): readonly TypedStatement[] {
  const place = checkTarget(checker, target);
  const right = asValue(checker.expression(value));
  if (place === undefined || right.op === 'none') return [];
  const known = place.kind === 'variable' ? place.variable.type : place.map.value;
  if (known === undefined) growTarget(checker, place, right, span);
  const left = readTarget(checker, target);
  if (left.op === 'none') return [];
  return assign(checker, place, combine(checker, op!, [asValue(left), right], opSpan ?? span), span);
}

function readTarget(checker: Checker, target: AssignStatement['target']): TypedExpression {
  if (target.kind === 'variable') return checkVariable(checker, target);
  return target.kind === 'map' ? checkMapRead(checker, target) : checkMapElement(checker, target);
}

function assignVariable(
  checker: Checker,
  target: Extract<Expression, { kind: 'variable' }>,
  value: TypedExpression,
  span: Span,
): readonly TypedStatement[] {
  if (value.op === 'none') {
    declareUnknown(checker, target);
    return [];
  }
  if (!isStorable(value.type)) {
    declareUnknown(checker, target);
    checker.error(span, messages.assignToVariable(typeName(value.type)));
    return [];
  }
  const variable =
    checker.findVariable(target.name) ?? checker.declareVariable(target, target.name, span, 'assignment');
  return assign(checker, { kind: 'variable', variable }, value, span);
}

/** The value is in error: the name is still declared, so that it is not reported again. */
function declareUnknown(checker: Checker, target: Extract<Expression, { kind: 'variable' }>): void {
  if (checker.findVariable(target.name) === undefined) {
    checker.declareVariable(target, target.name, target.span, 'assignment').assigned = true;
  }
  const variable = checker.findVariable(target.name);
  if (variable !== undefined && variable.type === undefined) variable.poisoned = true;
}

function isStorable(type: Type): boolean {
  if (isAggregate(type)) return isCastableAggregate(type);
  return type.kind !== 'void' && type.kind !== 'context' && type.kind !== 'none';
}

function assign(
  checker: Checker,
  target: TypedTarget,
  incoming: TypedExpression,
  span: Span,
): readonly TypedStatement[] {
  if (incoming.op === 'none') return [];
  if (target.kind === 'map' && incoming.op === 'map-read' && isAggregate(incoming.type)) {
    checker.errorLater(1, span, copyMessage(target.map.name, incoming));
    return [];
  }
  if (!isStorable(incoming.type)) {
    checker.error(
      span,
      target.kind === 'map'
        ? messages.assignToMap(typeName(incoming.type))
        : messages.assignToVariable(typeName(incoming.type)),
    );
    return [];
  }
  const value = asValue(incoming);
  if (target.kind === 'variable') target.variable.clock = clockOf(value);
  const type = growTarget(checker, target, value, span);
  return type === undefined ? [] : [{ op: 'assign', target, value: convert(value, type), span }];
}

/** Of the time that is assigned, if it is one. */
function clockOf(value: TypedExpression) {
  if (value.op === 'variable') return value.variable.clock;
  return value.op === 'call' ? value.entry.clock?.(value) : undefined;
}

function copyMessage(name: string, { type, map }: Extract<TypedExpression, { op: 'map-read' }>) {
  const example = `${name} = ${type.kind}(${type.kind === 'count' ? '' : 'retval'});`;
  return messages.copyAggregate(
    typeName(type),
    example,
    isCastableAggregate(type) ? { target: name, source: map.name } : undefined,
  );
}

function differentArguments(kind: string) {
  if (kind === 'hist') return messages.histogramBits();
  return kind === 'lhist' ? messages.linearBounds() : messages.seriesBounds();
}

function checkAggregate(
  checker: Checker,
  target: MapTarget,
  call: Call,
  span: Span,
): readonly TypedStatement[] {
  const name = target.kind === 'map' ? target.name : target.map.name;
  const map =
    target.kind === 'map'
      ? useScalar(checker, name, target.span)
      : useKeyed(checker, name, target.span, target.map.span);
  const key = target.kind === 'map' ? undefined : checkKey(checker, map, target.keys, target.span);
  const entry = findAggregate(call.name)!;
  const checked = entry.check(checker, {
    name: call.name,
    args: call.args,
    span: call.span,
    assignedTo: name,
  });
  if (checked === undefined) return [];
  map.assigned = true;
  const { aggregate, argument } = checked;
  if (map.value === undefined) {
    map.value = aggregate;
    checker.grew();
  } else if (map.value.kind !== aggregate.kind) {
    checker.error(call.span, messages.assignMismatch(name, typeName(aggregate), typeName(map.value), 'map'));
    return [];
  } else if (!sameType(map.value, aggregate)) {
    if (!mergeSigns(checker, map, aggregate)) {
      checker.error(call.span, differentArguments(aggregate.kind));
      return [];
    }
  }
  if (target.kind === 'map-element' && key === undefined) return [];
  return [{ op: 'aggregate', map, key, aggregate: map.value as typeof aggregate, argument, span }];
}

/** sum(unsigned) and sum(signed) on one map make it signed. */
function mergeSigns(checker: Checker, map: { value: Type | undefined }, aggregate: Type): boolean {
  if (!('signed' in aggregate) || map.value === undefined || !('signed' in map.value)) return false;
  if (aggregate.kind === 'tseries') return false;
  if (!map.value.signed && aggregate.signed) {
    map.value = aggregate;
    checker.grew();
  }
  return true;
}

export function checkDiscard(
  checker: Checker,
  { value, span }: Extract<Statement, { kind: 'discard' }>,
): readonly TypedStatement[] {
  const expression = checker.expression(value);
  return expression.op === 'none' ? [] : [{ op: 'expression', expression, span }];
}

export function checkLet(
  checker: Checker,
  { variable: node, type: syntax, value, span, headSpan }: LetStatement,
): readonly TypedStatement[] {
  const existing = checker.findVariable(node.name);
  if (existing !== undefined) {
    const origin =
      existing.origin === 'assignment' ? declarationNotes.assignment : declarationNotes.declaration;
    checker.error(headSpan, messages.variableShadowed(`$${node.name}`), {
      notes: [{ message: origin, span: existing.span }],
    });
    return [];
  }
  const checked = value === undefined ? undefined : checker.expression(value);
  const declared = syntax === undefined ? undefined : resolveType(checker, syntax);
  if (declared !== undefined && (isAggregate(declared) || declared.kind === 'void')) {
    checker.error(syntax!.span, messages.invalidDeclarationType(typeName(declared)));
    checker.declareVariable(node, node.name, headSpan, 'declaration').poisoned = true;
    return [];
  }
  // `string` and `T[]` without a length take the length of what is assigned.
  const open = declared?.kind === 'string' && declared.size === 0;
  const variable = checker.declareVariable(
    node,
    node.name,
    headSpan,
    'declaration',
    open ? undefined : declared,
  );
  if (checked === undefined)
    return variable.type === undefined
      ? []
      : [{ op: 'assign', target: { kind: 'variable', variable }, value: undefined, span }];
  return assign(checker, { kind: 'variable', variable }, checked, span);
}
