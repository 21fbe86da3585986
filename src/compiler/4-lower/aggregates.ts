/**
 * `@m[k] = count()` and its kin: look the element up, change this CPU's copy in place; when it is not there yet,
 * insert one of zeros and try again, so that two CPUs that come first at once lose nothing.
 */
import { AverageLayout, CountLayout, ExtremeLayout, SeriesLayout, sizeOf } from '../../program/layout.ts';
import type { AggregateType } from '../../program/types.ts';
import type { TypedStatement } from '../3-check/typed.ts';
import type { ValueId } from '../ir.ts';
import { extremeOperator } from './aggregate-read.ts';
import { helpers } from './helper-ids.ts';
import { histIndex, lhistIndex } from './histogram-index.ts';
import type { Lowering } from './lowering.ts';
import { keyAddress, lookUp, reportFull } from './map-access.ts';

type AggregateStatement = Extract<TypedStatement, { op: 'aggregate' }>;

/** BPF_NOEXIST: another CPU that was faster keeps its element. */
const noExist = 1n;
const alreadyThere = -17n;

export function lowerAggregate(l: Lowering, s: AggregateStatement): void {
  l.withTemporaries(() => {
    const argument = s.argument === undefined ? undefined : l.value(s.argument);
    const keyAt = keyAddress(l, s.key);
    const found = lookUp(l, s.map, keyAt);
    if (l.program.userMap(s.map).scalar) {
      l.when('ne', found, 0n, () => apply(l, s.aggregate, found, argument), 'then');
      return;
    }
    const [present, insert, on] = [l.b.block(), l.b.block(), l.b.block()];
    const element = l.b.variable(found);
    l.b.branch('ne', found, 0n, present, insert, { likely: 'then' });
    l.b.switchTo(insert);
    insertZeros(l, s, keyAt, element, present, on);
    l.b.switchTo(present);
    apply(l, s.aggregate, l.b.read(element), argument);
    l.b.jump(on);
    l.b.switchTo(on);
  });
}

function insertZeros(
  l: Lowering,
  s: AggregateStatement,
  keyAt: ValueId,
  element: ReturnType<Lowering['b']['variable']>,
  present: import('../ir.ts').BlockId,
  on: import('../ir.ts').BlockId,
): void {
  const map = l.program.userMap(s.map).map;
  const zeros = l.b.mapValue(l.program.zeros(sizeOf(s.aggregate)));
  const failed = l.b.call(helpers.mapUpdate, [l.b.map(map), keyAt, zeros, noExist]);
  const [again, check, full] = [l.b.block(), l.b.block(), l.b.block()];
  l.b.branch('eq', failed, 0n, again, check, { likely: 'then' });
  l.b.switchTo(check);
  l.b.branch('eq', failed, alreadyThere, again, full);
  l.b.switchTo(full);
  reportFull(l, s.map, failed, s.span);
  l.b.jump(on);
  l.b.switchTo(again);
  const second = lookUp(l, s.map, keyAt);
  l.b.write(element, second);
  l.b.branch('ne', second, 0n, present, on, { likely: 'then' });
}

function apply(l: Lowering, type: AggregateType, copy: ValueId, argument: ValueId | undefined): void {
  const value = argument ?? l.b.const(1n);
  switch (type.kind) {
    case 'count':
      return add(l, copy, CountLayout.value, 1n);
    case 'sum':
      add(l, copy, ExtremeLayout.value, value);
      return l.b.store(8, copy, ExtremeLayout.present, 1n);
    case 'avg':
    case 'stats':
      add(l, copy, AverageLayout.count, 1n);
      return add(l, copy, AverageLayout.total, value);
    case 'min':
    case 'max':
      return keepExtreme(l, copy, value, { kind: type.kind, signed: type.signed });
    case 'hist':
      return addAt(l, copy, histIndex(l, value, type.bits));
    case 'lhist':
      return addAt(l, copy, lhistIndex(l, value, type));
    case 'tseries':
      return addToSeries(l, copy, value, type);
  }
}

function add(l: Lowering, base: ValueId, offset: number, amount: ValueId | bigint): void {
  l.b.store(8, base, offset, l.b.binary('add', l.b.load(8, base, offset), amount));
}

/** The bucket index is in range by its making, which the verifier follows. */
function addAt(l: Lowering, copy: ValueId, index: ValueId): void {
  add(l, l.b.binary('add', copy, l.b.binary('lsh', index, 3n)), 0, 1n);
}

function keepExtreme(
  l: Lowering,
  copy: ValueId,
  value: ValueId,
  type: { readonly kind: 'min' | 'max'; readonly signed: boolean },
): void {
  const [take, compare, on] = [l.b.block(), l.b.block(), l.b.block()];
  l.b.branch('eq', l.b.load(8, copy, ExtremeLayout.present), 0n, take, compare, { likely: 'otherwise' });
  l.b.switchTo(compare);
  l.b.branch(
    extremeOperator(type.kind, type.signed),
    value,
    l.b.load(8, copy, ExtremeLayout.value),
    take,
    on,
  );
  l.b.switchTo(take);
  l.b.store(8, copy, ExtremeLayout.value, value);
  l.b.store(8, copy, ExtremeLayout.present, 1n);
  l.b.jump(on);
  l.b.switchTo(on);
}

type Series = Extract<AggregateType, { kind: 'tseries' }>;

/** The entry of the current interval, emptied first when it still holds an older one. See SeriesLayout. */
function addToSeries(l: Lowering, copy: ValueId, value: ValueId, type: Series): void {
  const now = l.b.call(helpers.ktimeGetBootNs);
  const number = l.b.binary('div', now, type.intervalNs);
  const slot = l.b.binary('mod', number, BigInt(type.intervals));
  const [inside, fresh, merge, on] = [l.b.block(), l.b.block(), l.b.block(), l.b.block()];
  // Always so, but the verifier knows nothing of what a remainder can be.
  l.b.branch('lt', slot, BigInt(type.intervals), inside, on, { likely: 'then' });
  l.b.switchTo(inside);
  const entry = l.b.binary('add', copy, l.b.binary('mul', slot, BigInt(SeriesLayout.size)));
  const mark = l.b.binary('add', number, 1n);
  l.b.branch('ne', l.b.load(8, entry, SeriesLayout.number), mark, fresh, merge, { likely: 'otherwise' });
  l.b.switchTo(fresh);
  l.b.store(8, entry, SeriesLayout.number, mark);
  l.b.store(8, entry, SeriesLayout.value, value);
  l.b.store(8, entry, SeriesLayout.extra, type.combine === 'last' ? now : 1n);
  l.b.jump(on);
  l.b.switchTo(merge);
  mergeIntoSeries(l, entry, value, now, type);
  l.b.jump(on);
  l.b.switchTo(on);
}

function mergeIntoSeries(l: Lowering, entry: ValueId, value: ValueId, now: ValueId, type: Series): void {
  if (type.combine === 'last') {
    l.b.store(8, entry, SeriesLayout.value, value);
    l.b.store(8, entry, SeriesLayout.extra, now);
    return;
  }
  add(l, entry, SeriesLayout.extra, 1n);
  if (type.combine === 'sum' || type.combine === 'avg') return add(l, entry, SeriesLayout.value, value);
  const [take, on] = [l.b.block(), l.b.block()];
  l.b.branch(
    extremeOperator(type.combine, type.signed),
    value,
    l.b.load(8, entry, SeriesLayout.value),
    take,
    on,
  );
  l.b.switchTo(take);
  l.b.store(8, entry, SeriesLayout.value, value);
  l.b.jump(on);
  l.b.switchTo(on);
}
