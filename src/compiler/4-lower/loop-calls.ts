/**
 * Loops whose body is a function that the kernel calls for each round: `bpf_for_each_map_elem` for the elements of
 * a map, `bpf_loop` for a range. The verifier looks at such a body once, however many rounds there are. The helper
 * goes on while the function returns 0. What the body shares with its surroundings is in loop-bodies.ts.
 */
import { sizeOf } from '../../program/layout.ts';
import { isScalar } from '../3-check/type-rules.ts';
import type { VariableSymbol } from '../3-check/typed.ts';
import type { Loop } from '../3-check/variable-uses.ts';
import type { ValueId } from '../ir.ts';
import { runtimeTexts } from '../messages/catalogue/runtime.ts';
import { readAggregateAt } from './aggregate-read.ts';
import { lowerCondition } from './conditions.ts';
import { runtimeWarning } from './events.ts';
import { constantRounds } from './function-loops.ts';
import { helpers } from './helper-ids.ts';
import { lowerLoopBody } from './loop-bodies.ts';
import type { Lowering } from './lowering.ts';
import { copyMemory } from './memory.ts';
import { type Place, placeAt } from './place.ts';
import { loadScalar, storeScalar } from './scalars.ts';

type MapLoop = Extract<Loop, { op: 'for-map' }>;
type RangeLoop = Extract<Loop, { op: 'for-range' }>;
type WhileLoop = Extract<Loop, { op: 'while' }>;

/** `long f(struct bpf_map *map, const void *key, void *value, void *frame)` */
export function lowerMapCall(l: Lowering, s: MapLoop): void {
  const { map } = l.program.userMap(s.map);
  lowerLoopBody(l, s, {
    parameters: 4,
    enter: (body) => readElement(body, s),
    call: (fn, frame) => {
      l.b.call(helpers.forEachMapElem, [l.b.map(map), fn, frame, 0n]);
    },
  });
}

/** The pair is a copy: the element may be deleted, or taken over by another, while the body runs. */
function readElement(l: Lowering, { variable, map }: MapLoop): void {
  const { key, value } = map;
  if (variable.type?.kind !== 'tuple' || key === undefined || value === undefined) return;
  const pair = l.variables.allocate(variable);
  const [, keyAt, valueAt] = l.b.parameters;
  copyValue(l, key, { base: keyAt!, offset: 0, align: 8 }, pair);
  const second = placeAt(pair, l.variables.offsetIn(variable, 1));
  if (!l.program.userMap(map).perCpu)
    return copyValue(l, value, { base: valueAt!, offset: 0, align: 8 }, second);
  l.b.store(8, second.base, second.offset, readAggregateAt(l, map, l.address(pair)));
}

function copyValue(l: Lowering, type: NonNullable<VariableSymbol['type']>, from: Place, to: Place): void {
  if (isScalar(type)) storeScalar(l, type, to, loadScalar(l, type, from));
  else copyMemory(l, from, to, sizeOf(type));
}

const maximumRounds = 1n << 23n;

/**
 * `long f(u64 round, void *frame)`. The helper is called only where there are rounds: Linux 6.18 refuses a program
 * ("No program to jit") when the verifier finds that a callback is never called, and drops its code.
 */
export function lowerRangeCall(l: Lowering, s: RangeLoop): void {
  const [start, end] = [l.value(s.start), l.value(s.end)];
  const signed = s.start.type.kind === 'int' && s.start.type.signed;
  const [some, on] = [l.b.block(), l.b.block()];
  l.b.branch(signed ? 'slt' : 'lt', start, end, some, on, { likely: 'then' });
  l.b.switchTo(some);
  const count = l.b.binary('sub', end, start);
  const rounds = limitRounds(l, s, count);
  lowerLoopBody(l, s, {
    parameters: 2,
    enter: (body) => {
      const first = s.start.op === 'constant' ? body.b.const(s.start.value) : body.loadSlot('start');
      const current = body.b.binary('add', first, body.b.parameters[0]!);
      if (body.variables.inMemory(s.variable)) {
        storeScalar(body, s.variable.type!, body.variables.allocate(s.variable), current);
      } else body.variables.write(s.variable, current);
    },
    start,
    call: (fn, frame) => warnOfLimit(l, s, count, l.b.call(helpers.loop, [rounds, fn, frame, 0n])),
  });
  if (!l.b.terminated) l.b.jump(on);
  l.b.switchTo(on);
}

/** As long as the condition holds, or as long as the kernel lets a loop run. */
export function lowerWhileCall(l: Lowering, s: WhileLoop): void {
  lowerLoopBody(l, s, {
    parameters: 2,
    enter: (body) => {
      const [inside, stop] = [body.b.block(), body.b.block()];
      lowerCondition(body, s.condition, inside, stop);
      body.b.switchTo(stop);
      body.b.ret(1n);
      body.b.switchTo(inside);
    },
    call: (fn, frame) => {
      const done = l.b.call(helpers.loop, [maximumRounds, fn, frame, 0n]);
      l.when('eq', done, maximumRounds, () =>
        runtimeWarning(l, { message: runtimeTexts.tooManyRounds, helper: 'loop' }, s.span),
      );
    },
  });
}

/** BPF_MAX_LOOPS (linux/bpf.h): the helper refuses more. */
function limitRounds(l: Lowering, s: RangeLoop, count: ValueId): ValueId {
  const constant = constantRounds(s);
  if (constant !== undefined && constant <= maximumRounds) return count;
  const rounds = l.b.variable(count);
  l.when('gt', count, maximumRounds, () => l.b.write(rounds, maximumRounds));
  return l.b.read(rounds);
}

/** `done`: the number of rounds that were run. */
function warnOfLimit(l: Lowering, s: RangeLoop, count: ValueId, done: ValueId): void {
  const constant = constantRounds(s);
  if (constant !== undefined && constant <= maximumRounds) return;
  l.when('gt', count, maximumRounds, () => {
    l.when('eq', done, maximumRounds, () =>
      runtimeWarning(l, { message: runtimeTexts.tooManyRounds, helper: 'loop' }, s.span),
    );
  });
}
