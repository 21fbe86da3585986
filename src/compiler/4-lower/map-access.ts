/** Reading, writing and finding elements of the script's maps. */
import { sizeOf } from '../../program/layout.ts';
import { isScalar } from '../3-check/type-rules.ts';
import type { MapSymbol, TypedExpression } from '../3-check/typed.ts';
import type { Span } from '../ast.ts';
import type { ValueId } from '../ir.ts';
import { runtimeTexts } from '../messages/catalogue/runtime.ts';
import { readAggregate, readStatistics } from './aggregate-read.ts';
import { runtimeWarning } from './events.ts';
import { reportMissing } from './failures.ts';
import { helpers } from './helper-ids.ts';
import type { Lowering } from './lowering.ts';
import { copyMemory } from './memory.ts';
import { type Place, placeAt } from './place.ts';
import { loadScalar, storeScalar } from './scalars.ts';

type MapRead = Extract<TypedExpression, { op: 'map-read' }>;

/** The key in memory, ready for a helper. */
export function keyAddress(l: Lowering, key: TypedExpression | undefined): ValueId {
  if (key === undefined) {
    const place = l.temporary(4);
    l.b.store(4, place.base, place.offset, 0n);
    return l.address(place);
  }
  if (!isScalar(key.type)) {
    const place = keyPlace(l, key);
    return l.address(place);
  }
  const place = l.temporary(sizeOf(key.type));
  l.into(key, place);
  return l.address(place);
}

/** A variable or another map's value serves as the key where it lies; anything else is built. */
function keyPlace(l: Lowering, key: TypedExpression): Place {
  if (key.op === 'variable' && l.variables.inMemory(key.variable)) return l.variables.place(key.variable);
  const place = l.temporaryFor(key.type);
  l.into(key, place);
  return place;
}

/** The address of the element's value, 0 when there is none. */
export function lookUp(l: Lowering, map: MapSymbol, key: ValueId): ValueId {
  return l.b.call(helpers.mapLookup, [l.b.map(l.program.userMap(map).map), key]);
}

function isDirect(l: Lowering, map: MapSymbol): boolean {
  const { scalar, perCpu } = l.program.userMap(map);
  return scalar && !perCpu;
}

function directPlace(l: Lowering, map: MapSymbol): Place {
  const userMap = l.program.userMap(map);
  return { base: l.b.mapValue(userMap.map), offset: userMap.valueOffset, align: 8 };
}

export function mapReadValue(l: Lowering, e: MapRead): ValueId {
  if (l.program.userMap(e.map).perCpu) {
    reportAbsent(l, e);
    return readAggregate(l, e.map, e.key);
  }
  if (isDirect(l, e.map)) {
    reportAbsent(l, e);
    return loadScalar(l, e.type, directPlace(l, e.map));
  }
  const result = l.b.variable(0n);
  const found = l.withTemporaries(() => lookUp(l, e.map, keyAddress(l, e.key)));
  reportMissing(l, found);
  l.when(
    'ne',
    found,
    0n,
    () => l.b.write(result, loadScalar(l, e.type, { base: found, offset: 0, align: 8 })),
    'then',
  );
  return l.b.read(result);
}

/** Where the value lies; an absent one lies in a map of zeros. */
export function mapReadPlace(l: Lowering, e: MapRead): Place {
  if (l.program.userMap(e.map).perCpu) {
    reportAbsent(l, e);
    const place = l.temporaryFor(e.type);
    l.withTemporaries(() => readStatistics(l, e.map, keyAddress(l, e.key), place));
    return place;
  }
  if (isDirect(l, e.map)) {
    reportAbsent(l, e);
    return directPlace(l, e.map);
  }
  const found = lookUp(l, e.map, keyAddress(l, e.key));
  reportMissing(l, found);
  const base = l.b.variable(found);
  l.when('eq', found, 0n, () => l.b.write(base, l.b.mapValue(l.program.zeros(sizeOf(e.type)))));
  return { base: l.b.read(base), offset: 0, align: 8 };
}

/** For maps whose elements are read without looking them up first. */
function reportAbsent(l: Lowering, { map, key }: MapRead): void {
  if (!l.program.reportsFailures) return;
  const { presenceOffset, map: index } = l.program.userMap(map);
  const found =
    presenceOffset === undefined
      ? l.withTemporaries(() => lookUp(l, map, keyAddress(l, key)))
      : l.b.load(8, l.b.mapValue(index), presenceOffset);
  reportMissing(l, found);
}

export function mapReadInto(l: Lowering, e: MapRead, to: Place): void {
  copyMemory(l, mapReadPlace(l, e), to, sizeOf(e.type));
}

/** `@m[k] = value` */
export function assignMap(
  l: Lowering,
  map: MapSymbol,
  key: TypedExpression | undefined,
  value: TypedExpression,
  span: Span,
): void {
  const userMap = l.program.userMap(map);
  if (isDirect(l, map)) {
    const to = directPlace(l, map);
    writeDirect(l, value, to);
    l.b.store(8, to.base, userMap.presenceOffset ?? 0, 1n);
    return;
  }
  l.withTemporaries(() => {
    const keyAt = keyAddress(l, key);
    if (isScalar(value.type) && !map.deletedFrom) assignInPlace(l, map, keyAt, value, span);
    else update(l, map, keyAt, l.address(valueInMemory(l, value)), span);
  });
}

/**
 * A look-up and a store are half of what an update costs, which takes a lock and a new element. Where elements are
 * deleted, as by the pattern of `@start[tid]`, there is mostly none to be found.
 */
function assignInPlace(
  l: Lowering,
  map: MapSymbol,
  keyAt: ValueId,
  value: TypedExpression,
  span: Span,
): void {
  const word = l.value(value);
  const found = lookUp(l, map, keyAt);
  const [present, insert, on] = [l.b.block(), l.b.block(), l.b.block()];
  l.b.branch('ne', found, 0n, present, insert, { likely: 'then' });
  l.b.switchTo(present);
  l.b.store(8, found, 0, word);
  l.b.jump(on);
  l.b.switchTo(insert);
  const place = l.temporary(8);
  l.b.store(8, place.base, place.offset, word);
  update(l, map, keyAt, l.address(place), span);
  l.b.jump(on);
  l.b.switchTo(on);
}

/** The value may read the map it is assigned to (`@x = (@x.1, @x.0)`), so memory values go through a copy. */
function writeDirect(l: Lowering, value: TypedExpression, to: Place): void {
  if (isScalar(value.type)) return storeScalar(l, value.type, to, l.value(value));
  if (value.op === 'string' || value.op === 'call') return l.into(value, to);
  copyMemory(l, l.place(value), to, sizeOf(value.type));
}

/** Map values are rounded up to 8 bytes, which the helper reads: a scalar is written as a full word. */
function valueInMemory(l: Lowering, value: TypedExpression): Place {
  if (isScalar(value.type)) {
    const place = l.temporary(8);
    l.b.store(8, place.base, place.offset, l.value(value));
    return place;
  }
  if (value.op === 'variable' && l.variables.inMemory(value.variable))
    return l.variables.place(value.variable);
  const size = sizeOf(value.type);
  const rounded = (size + 7) & ~7;
  const place = l.temporary(rounded);
  if (rounded > size) {
    for (let at = size & ~7; at < rounded; at += 8) l.b.store(8, place.base, place.offset + at, 0n);
  }
  l.into(value, place);
  return place;
}

const BPF_ANY = 0n;

export function update(
  l: Lowering,
  map: MapSymbol,
  keyAt: ValueId,
  valueAt: ValueId,
  span: Span,
  flags = BPF_ANY,
): void {
  const failed = l.b.call(helpers.mapUpdate, [l.b.map(l.program.userMap(map).map), keyAt, valueAt, flags]);
  l.when('ne', failed, 0n, () => reportFull(l, map, failed, span));
}

/**
 * The element did not go in: every time is counted, the first time is also said. A flood of warnings would push
 * out of the ring buffer what there still is to say.
 */
export function reportFull(l: Lowering, map: MapSymbol, failed: ValueId, span: Span): void {
  const before = l.countRefused(l.program.userMap(map));
  l.when('eq', before, 0n, () =>
    runtimeWarning(l, { message: runtimeTexts.mapFull, helper: 'map_update_elem', code: failed }, span),
  );
}

export { placeAt };
