/**
 * Loops whose body is a function that the kernel calls for each round: `bpf_for_each_map_elem` for the elements of
 * a map, `bpf_loop` for a range. The verifier looks at such a body once, however many rounds there are. The helper
 * goes on while the function returns 0.
 *
 * What the body shares with its surroundings goes through a frame (frame.ts). Scalars that the body changes are
 * copied over themselves by a helper first: the verifier then knows nothing about their values and has no reason
 * to follow them from round to round, which for `$n++` would never end.
 */
import { must } from '../../base/assert.ts';
import { getOrCreate } from '../../base/collections.ts';
import { sizeOf } from '../../program/layout.ts';
import type { Target } from '../../program/target.ts';
import { isScalar } from '../3-check/type-rules.ts';
import type { VariableSymbol } from '../3-check/typed.ts';
import {
  capturedBy,
  type IsFunction,
  type Loop,
  type VariableUses,
  variableUses,
} from '../3-check/variable-uses.ts';
import type { ValueId } from '../ir.ts';
import { runtimeTexts } from '../messages/catalogue/runtime.ts';
import { readAggregateAt } from './aggregate-read.ts';
import { lowerCondition } from './conditions.ts';
import { runtimeWarning } from './events.ts';
import { fillCommonSlots, fillSlot } from './fill-frame.ts';
import { type Frame, slotSize } from './frame.ts';
import { helpers } from './helper-ids.ts';
import type { Lowering } from './lowering.ts';
import { copyMemory, obscure } from './memory.ts';
import { type Place, placeAt } from './place.ts';
import { loadScalar, storeScalar } from './scalars.ts';
import { lowerStatements } from './statements.ts';
import { isBpfPointer } from './variable-storage.ts';

type MapLoop = Extract<Loop, { op: 'for-map' }>;
type RangeLoop = Extract<Loop, { op: 'for-range' }>;
type WhileLoop = Extract<Loop, { op: 'while' }>;

/** Rounds that are as well run in place: the verifier walks through each of them. */
const inlineRounds = 16;

export function isFunctionLoop(target: Target): IsFunction {
  return (loop) => {
    if (loop.op === 'for-map') return true;
    // Among the rounds of another loop the verifier knows no values that would tell it where this one ends.
    if (loop.op === 'while') return loop.inFor && target.has('loop');
    const rounds = constantRounds(loop);
    return target.has('loop') && (rounds === undefined || rounds > inlineRounds);
  };
}

function constantRounds({ start, end }: RangeLoop): bigint | undefined {
  return start.op === 'constant' && end.op === 'constant' ? end.value - start.value : undefined;
}

/** `long f(struct bpf_map *map, const void *key, void *value, void *frame)` */
export function lowerMapCall(l: Lowering, s: MapLoop): void {
  const { map } = l.program.userMap(s.map);
  lowerCall(l, s, {
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
  lowerCall(l, s, {
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
  lowerCall(l, s, {
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

interface LoopCall {
  readonly parameters: number;
  /** Gives the loop variable its value for the round. */
  readonly enter: (body: Lowering) => void;
  readonly start?: ValueId;
  readonly call: (fn: ValueId, frame: ValueId) => void;
}

function lowerCall(l: Lowering, s: Loop, { parameters, enter, start, call }: LoopCall): void {
  const captured = capturedBy(s);
  const handed = handedOver(l, captured);
  const index = l.functions.reserve();
  const body = l.child('loop', `${l.functions.entryName}_loop_${index}`, parameters, parameters - 1);
  const { frame } = must(body.callee, 'callee');
  // First of all, so that they lie side by side.
  for (const variable of handed.values) frame.slot(variable);
  if (captured.written.size > 0) frame.slot('zero');
  body.variables.capture(new Set([...handed.values, ...handed.addresses]));
  body.variables.prepare(ownVariables(l, s, captured.used));
  enter(body);
  lowerStatements(body, s.body);
  if (!body.b.terminated) body.b.ret(0n);
  l.functions.define(index, body.b.finish());
  l.noteScratch(body.scratchNeeded);
  obscureSurroundings(l, captured);
  const at = makeFrame(l, frame, handed, captured.written, start);
  call(l.b.functionAddress(index), at === undefined ? l.b.const(0n) : l.address(at));
  if (at === undefined) return;
  takeBack(l, frame, at, captured.written);
  l.leaveAsAsked(frame, at);
}

/** Variables that go into the frame; those of functions further out are found through their frames. */
interface HandedOver {
  /** Numbers for the verifier. */
  readonly values: readonly VariableSymbol[];
  /** Memory, and pointers to BPF memory, which have to stay what they are. */
  readonly addresses: readonly VariableSymbol[];
}

function handedOver(l: Lowering, { used }: VariableUses): HandedOver {
  const own = [...used].filter((variable) => !l.variables.isCaptured(variable));
  return {
    values: own.filter((variable) => isValue(l, variable)),
    addresses: own.filter((variable) => !isValue(l, variable)),
  };
}

function ownVariables(l: Lowering, s: Loop, captured: ReadonlySet<VariableSymbol>): VariableSymbol[] {
  const { used } = variableUses(s.op === 'while' ? [s.condition, s.body] : s.body, isFunctionLoop(l.target));
  const loopVariable = s.op === 'while' ? undefined : s.variable;
  return [...used].filter((variable) => variable !== loopVariable && !captured.has(variable));
}

function makeFrame(
  l: Lowering,
  frame: Frame,
  { values, addresses }: HandedOver,
  written: ReadonlySet<VariableSymbol>,
  start: ValueId | undefined,
): Place | undefined {
  if (frame.size === 0) return undefined;
  const at = l.stackBlock(frame.size);
  for (const variable of values) fillSlot(l, frame, at, variable, () => l.variables.read(variable));
  if (written.size > 0) {
    fillSlot(l, frame, at, 'zero', () => 0n);
    obscure(l, at, (values.length + 1) * slotSize);
  }
  for (const variable of addresses) {
    const isMemory = l.variables.inMemory(variable);
    fillSlot(l, frame, at, variable, () =>
      isMemory ? l.address(l.variables.place(variable)) : l.variables.read(variable),
    );
  }
  if (start !== undefined) fillSlot(l, frame, at, 'start', () => start);
  if (l.callee !== undefined) fillSlot(l, frame, at, 'outer', () => l.frameAddress);
  fillSlot(l, frame, at, 'result-address', () => l.loadSlot('result-address'));
  fillCommonSlots(l, frame, at);
  return at;
}

function isValue(l: Lowering, variable: VariableSymbol): boolean {
  return !l.variables.inMemory(variable) && !isBpfPointer(variable);
}

/** What the body changes outside of the frame that is made for it: memory, and numbers in frames further out. */
function obscureSurroundings(l: Lowering, { written }: VariableUses): void {
  const ranges = new Map<Frame, { readonly base: ValueId; from: number; to: number }>();
  for (const variable of written) {
    if (l.variables.inMemory(variable)) {
      obscure(l, l.variables.place(variable), sizeOf(variable.type!));
      continue;
    }
    const slot = isValue(l, variable) ? l.variables.slotOf(variable) : undefined;
    if (slot === undefined) continue;
    const range = getOrCreate(ranges, slot.frame, () => ({
      base: slot.base,
      from: slot.offset,
      to: slot.offset,
    }));
    range.from = Math.min(range.from, slot.offset);
    range.to = Math.max(range.to, slot.offset);
  }
  for (const { base, from, to } of ranges.values())
    obscure(l, { base, offset: from, align: 8 }, to + slotSize - from);
}

/** What the body changed. */
function takeBack(
  l: Lowering,
  frame: Frame,
  { base, offset }: Place,
  written: ReadonlySet<VariableSymbol>,
): void {
  for (const variable of written) {
    const slot = frame.find(variable);
    if (slot !== undefined && !l.variables.inMemory(variable))
      l.variables.write(variable, l.b.load(8, base, offset + slot));
  }
}
