/** Reading maps, and the rules that keys follow wherever a map is used. */

import { typeName } from '../../../program/layout.ts';
import type { Type } from '../../../program/types.ts';
import type { Expression, MapElement, MapExpression, Span } from '../../ast.ts';
import { messages } from '../../messages/messages.ts';
import { type Checker, poison } from '../checker.ts';
import { convert, isOpenLiteral } from '../convert.ts';
import { isAggregate, isCastableAggregate, join, readType } from '../type-rules.ts';
import type { MapSymbol, TypedExpression } from '../typed.ts';
import { warnConversion } from './warn-conversion.ts';

/** `@x`: the value of a scalar map. */
export function checkMapRead(checker: Checker, { name, span }: MapExpression): TypedExpression {
  const map = useScalar(checker, name, span);
  return readOf(checker, map, undefined, span);
}

/** `@x[k]`: the value at a key, zero when there is none. */
export function checkMapElement(
  checker: Checker,
  { map: { name, span: nameSpan }, keys, span }: MapElement,
): TypedExpression {
  const map = useKeyed(checker, name, span, nameSpan);
  if (map.scalar === true) return poison(span);
  const key = checkKey(checker, map, keys, span);
  if (key === undefined) return poison(span);
  return readOf(checker, map, key, map.assigned ? span : nameSpan);
}

function readOf(
  checker: Checker,
  map: MapSymbol,
  key: TypedExpression | undefined,
  span: Span,
): TypedExpression {
  if (map.value === undefined) {
    if (map.scalar === false && !checker.program.settled) {
      // An assignment may follow, and what is made from the value must not get its type from the lack of one.
      checker.program.postponed = true;
      return poison(span);
    }
    if (map.scalar === false) {
      // Read only, never assigned: there is nothing but zero to read.
      return { op: 'constant', type: { kind: 'int', size: 8, signed: true }, value: 0n, literal: true, span };
    }
    return checker.fail(span, messages.undefinedMap(map.name));
  }
  const type = isCastableAggregate(map.value) ? map.value : readType(map.value);
  return { op: 'map-read', type, map, key, span };
}

/** Reads an integer aggregate as the integer it is, for arithmetic, tuples, keys and so on. */
export function asValue(expression: TypedExpression): TypedExpression {
  if (expression.op !== 'map-read' || !isAggregate(expression.type)) return expression;
  return { ...expression, type: readType(expression.type) };
}

export function useScalar(checker: Checker, name: string, span: Span): MapSymbol {
  const map = checker.map(name, span);
  if (map.scalar === false) checker.error(span, messages.scalarAfterKeyed(name));
  else map.scalar = true;
  return map;
}

/** `span` is the whole access, `nameSpan` the map's name in it. */
export function useKeyed(checker: Checker, name: string, span: Span, nameSpan = span): MapSymbol {
  const map = checker.map(name, nameSpan);
  if (map.scalar === true) checker.error(span, messages.keyedAfterScalar(name));
  else map.scalar = false;
  return map;
}

/** Checks the keys of one use, lets the map's key type grow, and converts to it. */
export function checkKey(
  checker: Checker,
  map: MapSymbol,
  keys: readonly Expression[],
  span: Span,
): TypedExpression | undefined {
  const parts = keys.map((key) => asKey(checker, map, checker.expression(key)));
  if (parts.some((part) => part.op === 'none')) return undefined;
  const key: TypedExpression =
    parts.length === 1
      ? parts[0]!
      : {
          op: 'tuple',
          type: { kind: 'tuple', elements: parts.map((part) => part.type) },
          elements: parts,
          span,
        };
  return growKey(checker, map, key, span);
}

export function growKey(
  checker: Checker,
  map: MapSymbol,
  key: TypedExpression,
  span: Span,
): TypedExpression | undefined {
  if (map.key === undefined) {
    map.key = key.type;
    map.keyFlexible = isOpenLiteral(key);
    checker.grew();
    return key;
  }
  const joined = join(
    { type: map.key, flexible: map.keyFlexible },
    { type: key.type, flexible: isOpenLiteral(key) },
  );
  if (joined === undefined) {
    checker.error(span, messages.keyMismatch(map.name, typeName(key.type), typeName(map.key)));
    return undefined;
  }
  if (typeName(joined.type) !== typeName(map.key) || joined.flexible !== map.keyFlexible) {
    map.key = joined.type;
    map.keyFlexible = joined.flexible;
    checker.grew();
  }
  if (key.type.kind === 'int') warnConversion(checker, key, key.type, map.key);
  return convert(key, map.key);
}

const unusableKeys: ReadonlySet<Type['kind']> = new Set([
  'none',
  'void',
  'hist',
  'lhist',
  'tseries',
  'stats',
  'timestamp',
  'mac',
  'username',
  'ratio',
]);

function asKey(checker: Checker, map: MapSymbol, part: TypedExpression): TypedExpression {
  const value = asValue(part);
  if (value.op === 'none') {
    if (value.reported === true) return value;
    // Nothing else gives the map a key either: it will not come to be.
    if (map.key === undefined && map.firstUse !== undefined)
      checker.error(map.firstUse, messages.undefinedMap(map.name));
    checker.error(value.span, messages.invalidKeyType(typeName(value.type)));
    return value;
  }
  if (value.type.kind === 'context' || (value.op === 'call' && value.entry.name === 'ctx'))
    return checker.fail(value.span, messages.cannotBeKey('context'));
  if (unusableKeys.has(value.type.kind))
    return checker.fail(value.span, messages.cannotBeKey(typeName(value.type)));
  return value;
}
