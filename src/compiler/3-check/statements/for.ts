/** Loops over ranges and maps. */

import { typeName } from '../../../program/layout.ts';
import type { Type } from '../../../program/types.ts';
import type { ForStatement, Span } from '../../ast.ts';
import { declarationNotes } from '../../messages/catalogue/names.ts';
import { messages } from '../../messages/messages.ts';
import type { Checker } from '../checker.ts';
import { commonInt, convert, integerTypeOf, isOpenLiteral } from '../convert.ts';
import { asValue, useKeyed } from '../expressions/maps.ts';
import {
  int64,
  isAggregate,
  isCastableAggregate,
  type Joinable,
  join,
  readType,
  sameType,
} from '../type-rules.ts';
import type { TypedExpression, TypedStatement, VariableSymbol } from '../typed.ts';

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
  const counted = commonInt(start, end) ?? int64;
  const visible = checker.visibleVariables();
  return checker.scoped(() => {
    const symbol = loopVariable(checker, variable, rangeType(start, end));
    symbol.declared = false;
    const statements = checker.loop('for-range', () => checker.block(body));
    return [
      {
        op: 'for-range',
        variable: symbol,
        start: convert(start, counted),
        end: convert(end, counted),
        body: statements,
        visible,
        span,
      },
    ];
  });
}

/** The smallest type that holds both bounds; counting itself is done in 64 bits. */
function rangeType(start: TypedExpression, end: TypedExpression): Joinable {
  const [first, last] = [start, end].map((bound) => ({
    type: integerTypeOf(bound.type) ?? int64,
    flexible: isOpenLiteral(bound),
  }));
  return join(first!, last!) ?? { type: int64, flexible: false };
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
    const symbol = loopVariable(checker, variable, { type, flexible: false });
    const statements = checker.loop('for-map', () => checker.block(body));
    return [{ op: 'for-map', variable: symbol, map, body: statements, visible, span }];
  });
}

/** The variable may have grown by what the body assigns to it. */
function loopVariable(checker: Checker, node: ForStatement['variable'], element: Joinable): VariableSymbol {
  const symbol = checker.declareVariable(node, node.name, node.span, 'loop', element.type);
  const { type, flexible } = symbol;
  const grown = (type && join({ type, flexible }, element)) ?? element;
  if (type === undefined || !sameType(type, grown.type)) {
    symbol.type = grown.type;
    checker.grew();
  }
  symbol.flexible = grown.flexible;
  symbol.assigned = true;
  return symbol;
}
