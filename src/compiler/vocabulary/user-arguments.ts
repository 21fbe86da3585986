/**
 * `args` of a uprobe: the parameters of a user function by the names and types of its debug information. Where they
 * lie is the calling convention's matter: in registers, which the context holds, or on the stack of the program.
 */
import type { ProbeContext } from '../../probes/probe-type.ts';
import { sizeOf } from '../../program/layout.ts';
import type { UserParameter } from '../../program/target.ts';
import type { Type } from '../../program/types.ts';
import { type Checker, poison } from '../3-check/checker.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import type { Lowering } from '../4-lower/lowering.ts';
import type { Place } from '../4-lower/place.ts';
import { extend, scalarSigned, scalarSize } from '../4-lower/scalars.ts';
import type { Span } from '../ast.ts';
import { didYouMeanHint } from '../messages/did-you-mean.ts';
import { messages } from '../messages/messages.ts';
import type { FunctionEntry } from './entry.ts';
import { loadRegister } from './registers.ts';

type RegisterContext = Extract<ProbeContext, { kind: 'registers' }>;

/** `args.NAME` */
export function userField(
  checker: Checker,
  { parameters }: RegisterContext,
  name: string,
  span: Span,
): TypedExpression {
  const list = parametersOf(checker, parameters, span);
  if (list === undefined) return checker.fail(span, messages.argsNotHere(checker.probe.type.probetype));
  if (list === 'reported') return poison(span);
  const parameter = list.find((candidate) => candidate.name === name);
  if (parameter === undefined) {
    const hint = didYouMeanHint(
      name,
      list.map((candidate) => candidate.name),
    );
    return checker.fail(span, messages.unknownParameter(name), hint === undefined ? {} : { hint });
  }
  return readable(parameter, span) ?? checker.fail(span, messages.vectorParameter(name));
}

/** `args` as a whole: a record of all that can be read. */
export function userRecord(checker: Checker, { parameters }: RegisterContext, span: Span): TypedExpression {
  const list = parametersOf(checker, parameters, span);
  if (list === undefined) return checker.fail(span, messages.argsNotHere(checker.probe.type.probetype));
  if (list === 'reported') return poison(span);
  const known = list.flatMap((parameter) => {
    const value = readable(parameter, span);
    if (value === undefined) checker.warning(span, messages.vectorParameterLeftOut(parameter.name));
    return value === undefined ? [] : [{ name: parameter.name, value }];
  });
  const fields = known.map(({ name, value }) => ({ name, type: value.type }));
  return { op: 'tuple', type: { kind: 'record', fields }, elements: known.map(({ value }) => value), span };
}

function parametersOf(
  checker: Checker,
  parameters: RegisterContext['parameters'],
  span: Span,
): readonly UserParameter[] | 'reported' | undefined {
  if (parameters === undefined) return undefined;
  if (parameters.kind === 'known') return parameters.list;
  const problem =
    parameters.kind === 'no-debug-info'
      ? messages.noDebugInfo(parameters.path, checker.probe.functionName ?? '')
      : messages.argsInsideFunction();
  checker.error(span, problem);
  return 'reported';
}

/** Undefined for what BPF cannot read. */
function readable({ type, place }: UserParameter, span: Span): TypedExpression | undefined {
  switch (place.kind) {
    case 'registers':
      return { op: 'call', type, entry: inRegisters, args: [], data: place.registers, span };
    case 'stack':
      return onStack(type, place.offset, span);
    case 'address': {
      const pointer: Type = { kind: 'pointer', to: type, space: 'user' };
      if (place.register === undefined) return onStack(pointer, place.offset, span);
      return { op: 'call', type: pointer, entry: inRegisters, args: [], data: [place.register], span };
    }
    case 'vector':
      return undefined;
  }
}

function onStack(type: Type, offset: number, span: Span): TypedExpression {
  const top: Type = { kind: 'pointer', to: type, space: 'user' };
  const pointer: TypedExpression = {
    op: 'call',
    type: top,
    entry: inRegisters,
    args: [],
    data: ['sp'],
    span,
  };
  return { op: 'dereference', type, pointer, offset, span };
}

const inRegisters: FunctionEntry = {
  name: 'args',
  check: (checker, call) => checker.fail(call.span, messages.argsNotHere(checker.probe.type.probetype)),
  lower(l, { data, type }) {
    const [register] = data as readonly string[];
    const raw = loadRegister(l, register!);
    return type.kind === 'int' ? extend(l, raw, scalarSize(type), scalarSigned(type)) : raw;
  },
  lowerInto(l, { data, type }, to) {
    for (const [i, register] of (data as readonly string[]).entries())
      storeBytes(l, register, at(to, i * 8), Math.min(8, sizeOf(type) - i * 8));
  },
};

const at = (place: Place, offset: number): Place => ({ ...place, offset: place.offset + offset, align: 1 });

/** The low `size` bytes of a register, in pieces that a store can have. */
function storeBytes(l: Lowering, register: string, to: Place, size: number): void {
  const value = loadRegister(l, register);
  let done = 0;
  for (const piece of [8, 4, 2, 1] as const) {
    if (size - done < piece) continue;
    const rest = done === 0 ? value : l.b.binary('rsh', value, BigInt(done * 8));
    l.b.store(piece, to.base, to.offset + done, rest);
    done += piece;
  }
}
