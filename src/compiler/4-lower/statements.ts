/** Statements, one lowering each. */
import { assertNever, InternalError } from '../../base/assert.ts';
import { sizeOf } from '../../program/layout.ts';
import { isScalar } from '../3-check/type-rules.ts';
import type { TypedExpression, TypedStatement } from '../3-check/typed.ts';
import { lowerAggregate } from './aggregates.ts';
import { lowerCondition } from './conditions.ts';
import { isFunctionLoop } from './function-loops.ts';
import { lowerMapCall, lowerRangeCall, lowerWhileCall } from './loop-calls.ts';
import type { Lowering } from './lowering.ts';
import { assignMap } from './map-access.ts';
import { copyMemory, obscure, zeroMemory } from './memory.ts';
import { storeScalar } from './scalars.ts';

type Of<Op extends TypedStatement['op']> = Extract<TypedStatement, { op: Op }>;

export function lowerStatements(l: Lowering, statements: readonly TypedStatement[]): void {
  for (const statement of statements) {
    if (l.b.terminated) return;
    l.at(statement.span);
    l.withTemporaries(() => lowerStatement(l, statement));
  }
}

function lowerStatement(l: Lowering, s: TypedStatement): void {
  switch (s.op) {
    case 'expression':
      return run(l, s.expression);
    case 'assign':
      return lowerAssign(l, s);
    case 'aggregate':
      return lowerAggregate(l, s);
    case 'while':
      return isFunctionLoop(l.target)(s) ? lowerWhileCall(l, s) : lowerWhile(l, s);
    case 'for-range':
      return isFunctionLoop(l.target)(s) ? lowerRangeCall(l, s) : lowerRange(l, s);
    case 'for-map':
      return lowerMapCall(l, s);
    case 'unroll':
      for (let i = 0; i < s.count && !l.b.terminated; i++) lowerStatements(l, s.body);
      return;
    case 'break':
    case 'continue':
      return lowerJump(l, s.op);
    case 'return':
      return lowerReturn(l, s);
    default:
      return assertNever(s, 'statement');
  }
}

/** For its effects. */
function run(l: Lowering, e: TypedExpression): void {
  if (e.op === 'call' && e.entry.lowerUnused !== undefined) e.entry.lowerUnused(l, e);
  else if (isScalar(e.type) || e.type.kind === 'void' || e.type.kind === 'none') l.value(e);
  else l.place(e);
}

function lowerAssign(l: Lowering, { target, value, span }: Of<'assign'>): void {
  if (target.kind === 'map') {
    if (value !== undefined) assignMap(l, target.map, target.key, value, span);
    return;
  }
  const { variable } = target;
  if (!l.variables.inMemory(variable))
    return l.variables.write(variable, value === undefined ? l.b.const(0n) : l.value(value));
  const place = l.variables.place(variable);
  const size = sizeOf(variable.type!);
  if (value === undefined) zeroMemory(l, place, size);
  else if (isScalar(value.type)) storeScalar(l, value.type, place, l.value(value));
  else if (mentions(value)) copyMemory(l, l.place(value), place, sizeOf(value.type));
  else l.into(value, place);
  if (variable.type!.kind !== 'string' && l.callee?.kind === 'loop' && l.variables.isCaptured(variable))
    obscure(l, place, size);
}

/** The value may read the variable that it replaces: it is made elsewhere first. */
function mentions(value: TypedExpression): boolean {
  return value.op !== 'string' && value.op !== 'call' && value.op !== 'dereference';
}

function lowerWhile(l: Lowering, { condition, body }: Of<'while'>): void {
  const [head, inside, on] = [l.b.block(), l.b.block(), l.b.block()];
  l.b.jump(head);
  l.b.switchTo(head);
  lowerCondition(l, condition, inside, on);
  l.b.switchTo(inside);
  l.loops.push({ breakTo: on, continueTo: head });
  lowerStatements(l, body);
  l.loops.pop();
  if (!l.b.terminated) l.b.jump(head);
  l.b.switchTo(on);
}

/** The counter is its own variable: assigning to the loop variable does not change the iteration. */
function lowerRange(l: Lowering, { variable, start, end, body }: Of<'for-range'>): void {
  const counter = l.b.variable(l.value(start));
  const limit = l.value(end);
  const signed = start.type.kind === 'int' && start.type.signed;
  const [head, inside, next, on] = [l.b.block(), l.b.block(), l.b.block(), l.b.block()];
  l.b.jump(head);
  l.b.switchTo(head);
  l.b.branch(signed ? 'slt' : 'lt', l.b.read(counter), limit, inside, on, { likely: 'then' });
  l.b.switchTo(inside);
  if (l.variables.inMemory(variable))
    storeScalar(l, variable.type!, l.variables.place(variable), l.b.read(counter));
  else l.variables.write(variable, l.b.read(counter));
  l.loops.push({ breakTo: on, continueTo: next });
  lowerStatements(l, body);
  l.loops.pop();
  if (!l.b.terminated) l.b.jump(next);
  l.b.switchTo(next);
  l.b.write(counter, l.b.binary('add', l.b.read(counter), 1n));
  l.b.jump(head);
  l.b.switchTo(on);
}

/** A result that is no scalar is written to where the caller wants it. */
function lowerReturn(l: Lowering, { value }: Of<'return'>): void {
  if (value === undefined) return l.leave();
  if (isScalar(value.type)) return l.leave(l.value(value));
  l.into(value, { base: l.loadSlot('result-address'), offset: 0, align: 8 });
  l.leave();
}

function lowerJump(l: Lowering, kind: 'break' | 'continue'): void {
  const loop = l.loops.at(-1);
  if (loop !== undefined) return l.b.jump(kind === 'break' ? loop.breakTo : loop.continueTo);
  if (l.callee?.kind !== 'loop') throw new InternalError(`${kind} outside of a loop`);
  // The helper that calls this body asks after each round whether to stop.
  l.b.ret(kind === 'break' ? 1n : 0n);
}
