/**
 * The body of a loop as a function of its own, and the frame through which it shares variables with its
 * surroundings (frame.ts). Numbers that the body changes are copied over themselves by a helper first: the verifier
 * then knows nothing about their values and has no reason to follow them from round to round, which for `$n++`
 * would never end.
 */
import { must } from '../../base/assert.ts';
import { getOrCreate } from '../../base/collections.ts';
import { sizeOf } from '../../program/layout.ts';
import type { VariableSymbol } from '../3-check/typed.ts';
import { capturedBy, type Loop, type VariableUses, variableUses } from '../3-check/variable-uses.ts';
import type { ValueId } from '../ir.ts';
import { fillCommonSlots, fillSlot } from './fill-frame.ts';
import { type Frame, slotSize } from './frame.ts';
import { isFunctionLoop } from './function-loops.ts';
import type { Lowering } from './lowering.ts';
import { obscure } from './memory.ts';
import type { Place } from './place.ts';
import { lowerStatements } from './statements.ts';
import { isBpfPointer } from './variable-storage.ts';

export interface LoopCall {
  readonly parameters: number;
  /** Gives the loop variable its value for the round. */
  readonly enter: (body: Lowering) => void;
  readonly start?: ValueId;
  readonly call: (fn: ValueId, frame: ValueId) => void;
}

export function lowerLoopBody(l: Lowering, s: Loop, { parameters, enter, start, call }: LoopCall): void {
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
