/** `++` and `--`, in place where the element exists. */
import type { TypedExpression } from '../3-check/typed.ts';
import type { ValueId } from '../ir.ts';
import { reportMissing } from './failures.ts';
import type { Lowering } from './lowering.ts';
import { keyAddress, lookUp, update } from './map-access.ts';
import { loadScalar, storeScalar } from './scalars.ts';

type Update = Extract<TypedExpression, { op: 'update' }>;

export function lowerUpdate(l: Lowering, e: Update): ValueId {
  const { target } = e;
  if (target.kind === 'variable') return updateVariable(l, e, target.variable);
  const userMap = l.program.userMap(target.map);
  if (!userMap.scalar) return updateElement(l, e, target);
  const place = { base: l.b.mapValue(userMap.map), offset: userMap.valueOffset, align: 8 as const };
  const before = loadScalar(l, e.type, place);
  const after = l.b.binary('add', before, e.delta);
  storeScalar(l, e.type, place, after);
  l.b.store(8, place.base, userMap.presenceOffset ?? 0, 1n);
  return e.prefix ? after : before;
}

function updateVariable(
  l: Lowering,
  e: Update,
  variable: Extract<Update['target'], { kind: 'variable' }>['variable'],
): ValueId {
  const inMemory = l.variables.inMemory(variable);
  const before = inMemory ? loadScalar(l, e.type, l.variables.place(variable)) : l.variables.read(variable);
  const after = l.b.binary('add', before, e.delta);
  if (inMemory) storeScalar(l, e.type, l.variables.place(variable), after);
  else l.variables.write(variable, after);
  return e.prefix ? after : before;
}

function updateElement(l: Lowering, e: Update, target: Extract<Update['target'], { kind: 'map' }>): ValueId {
  const result = l.b.variable(e.prefix ? e.delta : 0n);
  l.withTemporaries(() => {
    const keyAt = keyAddress(l, target.key);
    const found = lookUp(l, target.map, keyAt);
    reportMissing(l, found);
    const [inPlace, insert, on] = [l.b.block(), l.b.block(), l.b.block()];
    l.b.branch('ne', found, 0n, inPlace, insert, { likely: 'then' });
    l.b.switchTo(inPlace);
    const place = { base: found, offset: 0, align: 8 as const };
    const before = loadScalar(l, e.type, place);
    const after = l.b.binary('add', before, e.delta);
    storeScalar(l, e.type, place, after);
    l.b.write(result, e.prefix ? after : before);
    l.b.jump(on);
    l.b.switchTo(insert);
    const first = l.temporary(8);
    l.b.store(8, first.base, first.offset, e.delta);
    update(l, target.map, keyAt, l.address(first), e.span);
    l.b.jump(on);
    l.b.switchTo(on);
  });
  return l.b.read(result);
}
