/** Loops over ranges and maps. */

import { typeName } from '../../../program/layout.ts';
import type { Type } from '../../../program/types.ts';
import type { ForStatement, Span } from '../../ast.ts';
import { declarationNotes } from '../../messages/catalogue/names.ts';
import { messages } from '../../messages/messages.ts';
import type { Checker } from '../checker.ts';
import { commonInt, convert, integerTypeOf } from '../convert.ts';
import { asValue, useKeyed } from '../expressions/maps.ts';
import { int64, isAggregate, isCastableAggregate, readType, sameType } from '../type-rules.ts';
import type { TypedStatement, VariableSymbol } from '../typed.ts';

export function checkFor(checker: Checker, statement: ForStatement): readonly TypedStatement[] {
  const { variable, iterable } = statement;
  const visible = checker.findVariable(variable.name);
  if (visible !== undefined) {
    const origin =
      visible.origin === 'declaration' ? declarationNotes.declaration : declarationNotes.assignment;
    checker.error(variable.span, messages.loopShadows(`$${variable.name}`), {
      notes: [{ message: origin, span: visible.span }],
    });
    return [];
  }
  return iterable.kind === 'range'
    ? checkRange(checker, statement, iterable)
    : checkMapLoop(checker, statement, iterable.map.name, iterable.map.span);
}

type Range = Extract<ForStatement['iterable'], { kind: 'range' }>;

function checkRange(
  checker: Checker,
  { variable, body, span }: ForStatement,
  range: Range,
): readonly TypedStatement[] {
  const start = asValue(checker.expression(range.start));
  const end = asValue(checker.expression(range.end));
  const problem =
    integerTypeOf(start.type) === undefined
      ? 'start'
      : integerTypeOf(end.type) === undefined
        ? 'end'
        : undefined;
  if (problem !== undefined) {
    if (start.op !== 'none' && end.op !== 'none')
      checker.error(range.span, problem === 'start' ? messages.rangeStart() : messages.rangeEnd());
    return [];
  }
  const type = commonInt(start, end) ?? int64;
  const visible = checker.visibleVariables();
  return checker.scoped(() => {
    const symbol = loopVariable(checker, variable, variable.name, variable.span, type);
    const statements = checker.loop('for-range', () => checker.block(body));
    return [
      {
        op: 'for-range',
        variable: symbol,
        start: convert(start, type),
        end: convert(end, type),
        body: statements,
        visible,
        span,
      },
    ];
  });
}

function checkMapLoop(
  checker: Checker,
  { variable, body, span }: ForStatement,
  name: string,
  mapSpan: Span,
): readonly TypedStatement[] {
  const known = checker.map(name);
  if (known.scalar === true) {
    checker.error(mapSpan, messages.notIterable(name));
    return [];
  }
  const map = useKeyed(checker, name, mapSpan);
  if (map.key === undefined || map.value === undefined) {
    checker.error(mapSpan, messages.undefinedMap(name));
    return [];
  }
  if (isAggregate(map.value) && !isCastableAggregate(map.value)) {
    checker.error(mapSpan, messages.loopType(typeName(map.value)));
    return [];
  }
  if (!checker.target.has('for_each_map_elem')) {
    checker.error(span, messages.missingFeature('for_each_map_elem'));
    return [];
  }
  const type: Type = { kind: 'tuple', elements: [map.key, readType(map.value)] };
  const visible = checker.visibleVariables();
  return checker.scoped(() => {
    const symbol = loopVariable(checker, variable, variable.name, variable.span, type);
    const statements = checker.loop('for-map', () => checker.block(body));
    return [{ op: 'for-map', variable: symbol, map, body: statements, visible, span }];
  });
}

function loopVariable(checker: Checker, node: object, name: string, span: Span, type: Type): VariableSymbol {
  const symbol = checker.declareVariable(node, name, span, 'loop', type);
  if (symbol.type === undefined || !sameType(symbol.type, type)) {
    symbol.type = type;
    checker.grew();
  }
  symbol.assigned = true;
  return symbol;
}
