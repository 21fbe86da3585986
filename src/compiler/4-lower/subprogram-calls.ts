/**
 * Calls of subprograms: BPF functions of the same program (BPF-to-BPF calls, kernel 4.16). One parameter, the
 * frame, carries the arguments; a scalar result comes back in r0, any other is written where the caller wants it.
 */
import { sizeOf } from '../../program/layout.ts';
import { isScalar } from '../3-check/type-rules.ts';
import type { CheckedFunction, TypedExpression, VariableSymbol } from '../3-check/typed.ts';
import { variableUses } from '../3-check/variable-uses.ts';
import type { ValueId } from '../ir.ts';
import { fillCommonSlots, fillSlot } from './fill-frame.ts';
import type { LoweredSubprogram } from './function-list.ts';
import { isFunctionLoop } from './function-loops.ts';
import type { Lowering } from './lowering.ts';
import { copyMemory, zeroMemory } from './memory.ts';
import type { Place } from './place.ts';
import { storeScalar } from './scalars.ts';
import { lowerStatements } from './statements.ts';

type FunctionCall = Extract<TypedExpression, { op: 'call-function' }>;

/** `to`: where a result that is no scalar goes. */
export function callSubprogram(l: Lowering, e: FunctionCall, to: Place | undefined): ValueId {
  const fn = l.functions.subprogram(e.function, () => lowerSubprogram(l, e.function));
  l.noteScratch(fn.scratchNeeded);
  const args = e.args.map((arg) => argumentValue(l, arg));
  if (fn.frame.size === 0) return l.b.callLocal(fn.index, [l.b.const(0n)]);
  const at = l.stackBlock(fn.frame.size);
  for (const [i, parameter] of e.function.parameters.entries())
    fillSlot(l, fn.frame, at, parameter, () => args[i]!);
  if (to !== undefined) fillSlot(l, fn.frame, at, 'result-address', () => l.address(to));
  fillCommonSlots(l, fn.frame, at);
  const result = l.b.callLocal(fn.index, [l.address(at)]);
  l.leaveAsAsked(fn.frame, at);
  return result;
}

/** Memory is handed over by address: a variable where it lies, anything else as a copy that nobody changes. */
function argumentValue(l: Lowering, arg: TypedExpression): ValueId {
  if (isScalar(arg.type)) return l.value(arg);
  if (arg.op === 'variable') return l.address(l.place(arg));
  const place = l.temporaryFor(arg.type);
  l.into(arg, place);
  return l.address(place);
}

function lowerSubprogram(l: Lowering, fn: CheckedFunction): LoweredSubprogram {
  const index = l.functions.reserve();
  const body = l.child('subprogram', `${l.functions.entryName}_${fn.name}`, 1, 0);
  const { used, written } = variableUses(fn.body, isFunctionLoop(l.target));
  const own = new Set([...used].filter((variable) => !fn.parameters.includes(variable)));
  const inFrame = fn.parameters.filter((parameter) => staysInFrame(body, parameter, written));
  body.at(fn.span);
  body.variables.capture(new Set(inFrame));
  body.variables.prepare(own);
  for (const parameter of fn.parameters) if (!inFrame.includes(parameter)) copyParameter(body, parameter);
  clearResult(body, fn);
  lowerStatements(body, fn.body);
  if (!body.b.terminated) body.b.ret(0n);
  l.functions.define(index, body.b.finish());
  return { index, frame: body.callee!.frame, scratchNeeded: body.scratchNeeded };
}

/** The slot of a scalar is the callee's own; memory is the caller's and must not be changed. */
function staysInFrame(l: Lowering, parameter: VariableSymbol, written: ReadonlySet<VariableSymbol>): boolean {
  return isScalar(parameter.type!) ? !l.variables.inMemory(parameter) : !written.has(parameter);
}

function copyParameter(l: Lowering, parameter: VariableSymbol): void {
  const type = parameter.type!;
  const place = l.variables.allocate(parameter);
  const given = l.loadSlot(parameter);
  if (isScalar(type)) storeScalar(l, type, place, given);
  else copyMemory(l, { base: given, offset: 0, align: 8 }, place, sizeOf(type));
}

/** A body may end without `return`: then the result is zero or empty. */
function clearResult(l: Lowering, { returnType }: CheckedFunction): void {
  if (isScalar(returnType) || returnType.kind === 'void') return;
  zeroMemory(l, { base: l.loadSlot('result-address'), offset: 0, align: 8 }, sizeOf(returnType));
}
