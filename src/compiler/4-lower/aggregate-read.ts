/** An integer aggregate read by the program itself: the copies of all CPUs, combined. */
import { AverageLayout, CountLayout, ExtremeLayout } from '../../program/layout.ts';
import type { MapSymbol, TypedExpression } from '../3-check/typed.ts';
import type { CompareOp, ValueId } from '../ir.ts';
import { helpers } from './helper-ids.ts';
import type { Lowering } from './lowering.ts';
import { keyAddress } from './map-access.ts';
import type { Place } from './place.ts';

export function readAggregate(l: Lowering, map: MapSymbol, key: TypedExpression | undefined): ValueId {
  return l.withTemporaries(() => readAggregateAt(l, map, keyAddress(l, key)));
}

/** The same for a key that lies in memory. */
export function readAggregateAt(l: Lowering, map: MapSymbol, key: ValueId): ValueId {
  const type = l.program.userMap(map).value;
  switch (type.kind) {
    case 'count':
      return total(l, map, key, CountLayout.value);
    case 'sum':
      return total(l, map, key, ExtremeLayout.value);
    case 'avg':
      return average(l, map, key, type.signed);
    case 'min':
    case 'max':
      return extreme(l, map, key, extremeOperator(type.kind, type.signed));
    default:
      return l.b.const(0n);
  }
}

export function extremeOperator(kind: 'min' | 'max', signed: boolean): CompareOp {
  if (kind === 'min') return signed ? 'slt' : 'lt';
  return signed ? 'sgt' : 'gt';
}

/** Runs `body` with the address of each CPU's copy. */
function eachCopy(l: Lowering, map: MapSymbol, key: ValueId, body: (copy: ValueId) => void): void {
  const mapIndex = l.program.userMap(map).map;
  const cpu = l.b.variable(0n);
  const [head, inside, on] = [l.b.block(), l.b.block(), l.b.block()];
  l.b.jump(head);
  l.b.switchTo(head);
  l.b.branch('lt', l.b.read(cpu), BigInt(l.target.possibleCpus), inside, on, { likely: 'then' });
  l.b.switchTo(inside);
  const copy = l.b.call(helpers.mapLookupPercpu, [l.b.map(mapIndex), key, l.b.read(cpu)]);
  l.when('ne', copy, 0n, () => body(copy), 'then');
  l.b.write(cpu, l.b.binary('add', l.b.read(cpu), 1n));
  l.b.jump(head);
  l.b.switchTo(on);
}

function total(l: Lowering, map: MapSymbol, key: ValueId, offset: number): ValueId {
  const sum = l.b.variable(0n);
  eachCopy(l, map, key, (copy) =>
    l.b.write(sum, l.b.binary('add', l.b.read(sum), l.b.load(8, copy, offset))),
  );
  return l.b.read(sum);
}

/** `stats` as a whole: number and total of all CPUs, in the layout of one copy. */
export function readStatistics(l: Lowering, map: MapSymbol, key: ValueId, to: Place): void {
  const parts = [AverageLayout.count, AverageLayout.total].map((offset) => ({
    offset,
    sum: l.b.variable(0n),
  }));
  eachCopy(l, map, key, (copy) => {
    for (const { offset, sum } of parts)
      l.b.write(sum, l.b.binary('add', l.b.read(sum), l.b.load(8, copy, offset)));
  });
  for (const { offset, sum } of parts) l.b.store(8, to.base, to.offset + offset, l.b.read(sum));
}

function average(l: Lowering, map: MapSymbol, key: ValueId, signed: boolean): ValueId {
  const [sum, count] = [l.b.variable(0n), l.b.variable(0n)];
  eachCopy(l, map, key, (copy) => {
    l.b.write(sum, l.b.binary('add', l.b.read(sum), l.b.load(8, copy, AverageLayout.total)));
    l.b.write(count, l.b.binary('add', l.b.read(count), l.b.load(8, copy, AverageLayout.count)));
  });
  const result = l.b.variable(0n);
  const n = l.b.read(count);
  l.when('ne', n, 0n, () => l.b.write(result, l.b.binary(signed ? 'sdiv' : 'div', l.b.read(sum), n)), 'then');
  return l.b.read(result);
}

function extreme(l: Lowering, map: MapSymbol, key: ValueId, better: CompareOp): ValueId {
  const [best, any] = [l.b.variable(0n), l.b.variable(0n)];
  eachCopy(l, map, key, (copy) => {
    const [take, compare, on] = [l.b.block(), l.b.block(), l.b.block()];
    const value = l.b.load(8, copy, ExtremeLayout.value);
    const considered = l.b.block();
    l.b.branch('ne', l.b.load(8, copy, ExtremeLayout.present), 0n, considered, on);
    l.b.switchTo(considered);
    l.b.branch('eq', l.b.read(any), 0n, take, compare);
    l.b.switchTo(compare);
    l.b.branch(better, value, l.b.read(best), take, on);
    l.b.switchTo(take);
    l.b.write(best, value);
    l.b.write(any, 1n);
    l.b.jump(on);
    l.b.switchTo(on);
  });
  return l.b.read(best);
}
