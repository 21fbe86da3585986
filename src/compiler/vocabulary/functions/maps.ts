/** Functions on whole maps and their elements. */

import { sizeOf } from '../../../program/layout.ts';
import type { Checker } from '../../3-check/checker.ts';
import { checkKey, growKey, useKeyed, useScalar } from '../../3-check/expressions/maps.ts';
import { boolType, voidType } from '../../3-check/type-rules.ts';
import type { MapSymbol, TypedExpression } from '../../3-check/typed.ts';
import { emitEvent } from '../../4-lower/events.ts';
import { reportNotDeleted } from '../../4-lower/failures.ts';
import { helpers } from '../../4-lower/helper-ids.ts';
import type { Lowering } from '../../4-lower/lowering.ts';
import { keyAddress, lookUp } from '../../4-lower/map-access.ts';
import { zeroMemory } from '../../4-lower/memory.ts';
import type { Expression, Span } from '../../ast.ts';
import type { ValueId } from '../../ir.ts';
import { messages } from '../../messages/messages.ts';
import { checkArity, failed, made } from '../call.ts';
import type { CallSite, FunctionEntry, TypedCall } from '../entry.ts';

/** clear and zero: done by the runtime when it comes to them. */
function wholeMap(name: 'clear' | 'zero'): FunctionEntry {
  const entry: FunctionEntry = {
    name,
    callOnly: true,
    check(checker, call) {
      if (!checkArity(checker, call, 1)) return failed(call);
      const [arg] = call.args;
      if (arg!.kind !== 'map') return checker.fail(arg!.span, messages.expectsMap(name));
      const map = checker.map(arg!.name);
      if (map.value === undefined) {
        checker.errorLater(1, arg!.span, messages.undefinedMap(arg!.name));
        return failed(call);
      }
      return made(entry, call, voidType, [], map);
    },
    lower(l, call) {
      emitEvent(l, { action: name, userMap: (call.data as MapSymbol).index }, [], call.span);
      return l.b.const(0n);
    },
  };
  return entry;
}

/** The map and the key of `f(@m, key)` or of the older `f(@m[key])`. */
function mapAndKey(checker: Checker, call: CallSite): { map: MapSymbol; key: TypedExpression } | undefined {
  const [first, second] = call.args;
  if (first!.kind === 'map-element' && second === undefined) {
    const map = useKeyed(checker, first!.map.name, first!.span, first!.map.span);
    const key = checkKey(checker, map, first!.keys, first!.span);
    return key && { map, key };
  }
  if (first!.kind !== 'map') {
    checker.error(call.span, messages.expectsMapFirst(call.name));
    return undefined;
  }
  if (second === undefined) {
    checker.error(call.span, messages.exactArguments(call.name, 2, 1));
    return undefined;
  }
  const map = useKeyed(checker, first!.name, first!.span);
  const key = keyOf(checker, map, second, call);
  return key && { map, key };
}

function keyOf(
  checker: Checker,
  map: MapSymbol,
  expression: Expression,
  call: CallSite,
): TypedExpression | undefined {
  const key = checker.expression(expression);
  return key.op === 'none' ? undefined : growKey(checker, map, key, call.span);
}

const deleteElement: FunctionEntry = {
  name: 'delete',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1, 2)) return failed(call);
    const [first] = call.args;
    if (call.args.length === 1 && first!.kind === 'map') {
      if (checker.map(first!.name).scalar === false)
        return checker.fail(call.span, messages.expectsScalar('delete'));
      const map = useScalar(checker, first!.name, first!.span);
      if (map.value === undefined) return checker.fail(first!.span, messages.undefinedMap(map.name));
      return made(deleteElement, call, boolType, [], map);
    }
    const found = mapAndKey(checker, call);
    if (found === undefined) return failed(call);
    if (found.map.value === undefined) return checker.fail(call.span, messages.undefinedMap(found.map.name));
    found.map.deletedFrom = true;
    return made(deleteElement, call, boolType, [found.key], found.map);
  },
  lower: lowerDelete,
  lowerUnused: (l, call) => reportNotDeleted(l, lowerDelete(l, call), call.span),
};

/** 1 when there was such an element. */
function lowerDelete(l: Lowering, { args: [key], data, span }: TypedCall): ValueId {
  const map = data as MapSymbol;
  if (key === undefined) return deleteScalar(l, map, span);
  const failed = l.withTemporaries(() =>
    l.b.call(helpers.mapDelete, [l.b.map(l.program.userMap(map).map), keyAddress(l, key)]),
  );
  return l.b.compare('eq', failed, 0n);
}

/** A plain scalar loses its value at once; the copies of an aggregate are cleared by the runtime. */
function deleteScalar(l: Lowering, map: MapSymbol, span: Span): ValueId {
  const userMap = l.program.userMap(map);
  if (userMap.perCpu || userMap.presenceOffset === undefined) {
    emitEvent(l, { action: 'clear', userMap: map.index }, [], span);
    return l.b.const(1n);
  }
  const base = l.b.mapValue(userMap.map);
  const had = l.b.load(8, base, userMap.presenceOffset);
  l.b.store(8, base, userMap.presenceOffset, 0n);
  zeroMemory(l, { base, offset: userMap.valueOffset, align: 8 }, sizeOf(userMap.value));
  return l.b.compare('ne', had, 0n);
}

const hasKey: FunctionEntry = {
  name: 'has_key',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1, 2)) return failed(call);
    const [first] = call.args;
    if (first!.kind === 'map' && checker.map(first!.name).scalar === true)
      return checker.fail(call.span, messages.expectsKeyed('has_key'));
    const found = mapAndKey(checker, call);
    if (found === undefined) return failed(call);
    if (found.map.value === undefined) return checker.fail(call.span, messages.undefinedMap(found.map.name));
    return made(hasKey, call, boolType, [found.key], found.map);
  },
  lower(l, { args, data }) {
    const found = l.withTemporaries(() => lookUp(l, data as MapSymbol, keyAddress(l, args[0])));
    return l.b.compare('ne', found, 0n);
  },
};

export const mapFunctions: readonly FunctionEntry[] = [
  wholeMap('clear'),
  wholeMap('zero'),
  deleteElement,
  hasKey,
];
