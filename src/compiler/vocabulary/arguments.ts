/**
 * The arguments of the traced event: `args.field`, `argN`, `retval`. Where they lie depends on the kind of probe;
 * each kind of context has its own small function here.
 */

import type { BtfArgument, ProbeContext } from '../../probes/probe-type.ts';
import type { TracepointField } from '../../program/target.ts';
import type { AddressSpace, Type } from '../../program/types.ts';
import type { Checker } from '../3-check/checker.ts';
import { fieldOf } from '../3-check/expressions/members.ts';
import { int64, intType, isScalar, uint64 } from '../3-check/type-rules.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import { helpers } from '../4-lower/helper-ids.ts';
import { readUntracked } from '../4-lower/kernel-pointers.ts';
import type { Lowering } from '../4-lower/lowering.ts';
import { copyMemory, zeroMemory } from '../4-lower/memory.ts';
import type { Place } from '../4-lower/place.ts';
import { extend, loadScalar, scalarSigned, scalarSize } from '../4-lower/scalars.ts';
import type { Expression, Span } from '../ast.ts';
import type { ValueId } from '../ir.ts';
import { didYouMeanHint } from '../messages/did-you-mean.ts';
import { messages } from '../messages/messages.ts';
import type { FunctionEntry } from './entry.ts';
import { fieldType, pointerType } from './field-type.ts';
import { loadRegister, registerOffset } from './registers.ts';
import { loadUsdtArgument } from './usdt-argument.ts';
import { userField, userRecord } from './user-arguments.ts';

type Context<Kind extends ProbeContext['kind']> = Extract<ProbeContext, { kind: Kind }>;

/** `args.name`, `args->name` and `ctx.name` of an iterator, or undefined when `object` is something else. */
export function argumentsAccess(
  checker: Checker,
  object: Expression,
  name: string,
  span: Span,
): TypedExpression | undefined {
  const { context: around } = checker.probe;
  if (around.kind === 'iterator' && object.kind === 'identifier' && object.name === 'ctx')
    return iteratorField(checker, around, name, span);
  const isArgs =
    (object.kind === 'identifier' || (object.kind === 'call' && object.args.length === 0)) &&
    object.name === 'args';
  if (!isArgs) return undefined;
  const { context } = checker.probe;
  if (checker.inForLoop) return checker.fail(object.span, messages.builtinInLoop('args'));
  switch (context.kind) {
    case 'record':
      return recordField(checker, context.fields, name, span, (field) =>
        contextField(checker, field, span, context.userPointers ? 'user' : 'kernel'),
      );
    case 'syscall':
      return recordField(checker, context.fields, name, span, (field) =>
        syscallField(checker, context, field, span),
      );
    case 'btf-arguments':
      return btfField(checker, context, name, span);
    case 'registers':
      return userField(checker, context, name, span);
    case 'bpf-function':
      return checker.fail(object.span, messages.argsOfBpfFunction());
    case 'trampoline':
    case 'iterator':
    case 'usdt':
    case 'none':
    case 'perf-event':
      return checker.fail(object.span, messages.argsNotHere(checker.probe.type.probetype));
  }
}

function recordField(
  checker: Checker,
  fields: readonly TracepointField[],
  name: string,
  span: Span,
  make: (field: TracepointField) => TypedExpression,
): TypedExpression {
  if (name.startsWith('common_')) return checker.fail(span, messages.commonField());
  const field = fields.find((candidate) => candidate.name === name);
  if (field !== undefined) return make(field);
  const hint = didYouMeanHint(
    name,
    fields.map((candidate) => candidate.name),
  );
  const type = `struct ${checker.probe.name.replaceAll(':', '_')}_args`;
  return checker.fail(span, messages.unknownField(type, name), hint === undefined ? {} : { hint });
}

// A field of the record that the context points to

function contextField(
  checker: Checker,
  field: TracepointField,
  span: Span,
  space: AddressSpace,
): TypedExpression {
  const type = fieldType(checker, field, space);
  const access: TypedExpression = { op: 'call', type, entry: recordEntry, args: [], data: field, span };
  return type.kind === 'string'
    ? { op: 'convert', type: { kind: 'string', size: type.size + 1 }, operand: access, span }
    : access;
}

const recordEntry: FunctionEntry = {
  name: 'args',
  check: (checker, call) => checker.fail(call.span, messages.argsNotHere(checker.probe.type.probetype)),
  lower: (l, { data, type }) => {
    const field = data as TracepointField;
    if (field.dataLoc) return dataLocAddress(l, field);
    return loadScalar(l, type, { base: l.context, offset: field.offset, align: 8 }, { invariant: true });
  },
  lowerInto: (l, { data }, to: Place) => {
    const field = data as TracepointField;
    copyMemory(
      l,
      { base: l.context, offset: field.offset, align: alignmentOf(field.offset) },
      to,
      field.size,
    );
  },
};

function alignmentOf(offset: number): 1 | 2 | 4 | 8 {
  return offset % 8 === 0 ? 8 : offset % 4 === 0 ? 4 : offset % 2 === 0 ? 2 : 1;
}

/** `__data_loc`: low half of the u32 is the offset from the start of the record. */
function dataLocAddress(l: Lowering, field: TracepointField): ValueId {
  const location = l.b.load(4, l.context, field.offset);
  return l.b.binary('add', l.context, l.b.binary('and', location, 0xffffn));
}

// System calls on the BTF tracepoints: registers of the caller

function syscallField(
  checker: Checker,
  { direction }: Context<'syscall'>,
  field: TracepointField,
  span: Span,
): TypedExpression {
  const written = field.type
    .replace(/\b(const|__user)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const type = written.endsWith('*')
    ? pointerType(checker, written, 'user')
    : syscallInteger(checker, written, field);
  return { op: 'call', type, entry: syscallEntry, args: [], data: { direction, field }, span };
}

/** The record gives every argument 8 bytes; the value has the type that the system call declares. */
function syscallInteger(checker: Checker, written: string, field: TracepointField): Type {
  const known = cIntegers.get(written) ?? checker.types.findPlain(written, 'user');
  if (known?.kind === 'int') return known;
  if (known?.kind === 'pointer' || known?.kind === 'enum') return known;
  return intType(field.size, field.signed);
}

const cIntegers: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['int', intType(4, true)],
  ['unsigned int', intType(4, false)],
  ['unsigned', intType(4, false)],
  ['long', int64],
  ['unsigned long', uint64],
]);

const syscallArgumentRegisters = ['di', 'si', 'dx', 'r10', 'r8', 'r9'] as const;
/** First argument of a system call in the record: after the header and the number. */
const firstArgumentOffset = 16;

const syscallEntry: FunctionEntry = {
  name: 'args',
  check: recordEntry.check,
  lower: (l, { data, type }) => {
    const { direction, field } = data as { direction: 'enter' | 'exit'; field: TracepointField };
    const raw = syscallValue(l, direction, field);
    return isScalar(type) && type.kind === 'int' ? extend(l, raw, scalarSize(type), scalarSigned(type)) : raw;
  },
};

function syscallValue(l: Lowering, direction: 'enter' | 'exit', field: TracepointField): ValueId {
  if (field.name === '__syscall_nr') return syscallNumber(l);
  if (direction === 'exit') return l.b.load(8, l.context, 8, { invariant: true });
  const register = syscallArgumentRegisters[(field.offset - firstArgumentOffset) / 8] ?? 'di';
  return l.b.load(8, savedRegisters(l), registerOffset(register), { invariant: true });
}

function savedRegisters(l: Lowering): ValueId {
  return l.b.load(8, l.context, 0, { invariant: true });
}

/**
 * The number of the system call, as it was when the kernel was entered. The tracepoint of entries has it as its second
 * argument, read from the saved registers after whoever may change it there (ptrace, seccomp) had a say.
 */
export function syscallNumber(l: Lowering): ValueId {
  const { context } = l.probe;
  if (context.kind === 'syscall' && context.direction === 'enter')
    return l.b.load(8, l.context, 8, { invariant: true });
  return l.b.load(8, savedRegisters(l), registerOffset('orig_ax'), { invariant: true });
}

// Arguments with BTF types

function btfField(
  checker: Checker,
  { args }: Context<'btf-arguments'>,
  name: string,
  span: Span,
): TypedExpression {
  const argument = args.find((candidate) => candidate.name === name);
  if (argument === undefined) {
    const hint = didYouMeanHint(
      name,
      args.map((candidate) => candidate.name),
    );
    return checker.fail(span, messages.unknownParameter(name), hint === undefined ? {} : { hint });
  }
  return {
    op: 'call',
    type: checker.types.kernel.fromBtf(argument.typeId, 'kernel'),
    entry: btfEntry,
    args: [],
    data: argument,
    span,
  };
}

const btfEntry: FunctionEntry = {
  name: 'args',
  check: recordEntry.check,
  lower: (l, { data, type }) => {
    const { index } = data as BtfArgument;
    const raw = l.b.load(8, l.context, index * 8, { invariant: true });
    return type.kind === 'int' || type.kind === 'enum' || type.kind === 'bool'
      ? extend(l, raw, scalarSize(type), scalarSigned(type))
      : raw;
  },
  trustedPointer: (l, { type }) =>
    l.probe.programType === 'tracing' &&
    type.kind === 'pointer' &&
    type.to.kind === 'named' &&
    type.to.btfId !== undefined,
};

// What an iterator is at

function iteratorField(
  checker: Checker,
  { typeId }: Context<'iterator'>,
  name: string,
  span: Span,
): TypedExpression {
  const { btf } = checker.types.kernel;
  const found = btf?.findMember(typeId, name);
  if (btf === undefined || found === undefined) {
    const known = btf === undefined ? [] : btf.layout(typeId).members.map((member) => member.name);
    const hint = didYouMeanHint(name, known);
    return checker.fail(span, messages.unknownArgsField(name), hint === undefined ? {} : { hint });
  }
  const type = checker.types.kernel.fromBtf(found.typeId, 'kernel');
  return { op: 'call', type, entry: iteratorEntry, args: [], data: found.bitOffset / 8, span };
}

/** The verifier holds a pointer for one that may be null; through memory it becomes a number. */
const iteratorEntry: FunctionEntry = {
  name: 'iterator field',
  check: (checker, call) => checker.fail(call.span, messages.argsNotHere(checker.probe.type.probetype)),
  lower: (l, { data, type }) => {
    const place = { base: l.context, offset: data as number, align: 8 } as const;
    return type.kind === 'pointer'
      ? readUntracked(l, l.address(place))
      : loadScalar(l, type, place, { invariant: true });
  },
  lowerTracked: (l, { data }) => l.b.load(8, l.context, data as number, { invariant: true }),
};

// argN and retval

export const argumentN: FunctionEntry = {
  name: 'argN',
  check(checker, call) {
    const index = Number(call.name.slice('arg'.length));
    const { context } = checker.probe;
    if (checker.inForLoop) return checker.fail(call.span, messages.builtinInLoop(call.name));
    const inRegisters = context.kind === 'registers' || context.kind === 'trampoline';
    if (inRegisters && context.at === 'entry' && index >= argumentRegisters.length) {
      return checker.fail(call.span, messages.argUnsupported('x86_64', call.name));
    }
    const usable =
      ((context.kind === 'registers' || context.kind === 'trampoline') && context.at === 'entry') ||
      context.kind === 'usdt' ||
      (context.kind === 'btf-arguments' && checker.probe.type.name === 'rawtracepoint');
    if (!usable) return checker.fail(call.span, messages.argNotHere(call.name));
    return {
      op: 'call',
      type: argumentType(context, index),
      entry: argumentN,
      args: [],
      data: index,
      span: call.span,
    };
  },
  lower(l, { data }) {
    const index = data as number;
    const { context } = l.probe;
    if (context.kind === 'usdt') return loadUsdtArgument(l, context.args[index]);
    if (context.kind === 'btf-arguments' || context.kind === 'trampoline')
      return rawArgument(l, context.args[index]);
    return loadRegister(l, argumentRegisters[index]!);
  },
};

/** As a number, also where the verifier would rather see a pointer. */
function rawArgument(l: Lowering, argument: BtfArgument | undefined): ValueId {
  if (argument === undefined || argument.typeId === 0) return l.b.const(0n);
  const { index } = argument;
  const { btf } = l.target;
  const isPointer = btf?.type(btf.strip(argument.typeId)).kind === 'ptr';
  if (!isPointer || l.probe.programType !== 'tracing')
    return l.b.load(8, l.context, index * 8, { invariant: true });
  return readUntracked(l, l.address({ base: l.context, offset: index * 8, align: 8 }));
}

const argumentRegisters = ['di', 'si', 'dx', 'cx', 'r8', 'r9'] as const;

function argumentType(context: ProbeContext, index: number): Type {
  const usdt = context.kind === 'usdt' ? context.args[index] : undefined;
  return usdt === undefined ? int64 : intType(usdt.size, usdt.signed);
}

export const retval: FunctionEntry = {
  name: 'retval',
  check(checker, call) {
    const { context, type } = checker.probe;
    if (checker.inForLoop) return checker.fail(call.span, messages.builtinInLoop('retval'));
    if ((context.kind === 'registers' || context.kind === 'trampoline') && context.at === 'return') {
      return { op: 'call', type: uint64, entry: retval, args: [], data: undefined, span: call.span };
    }
    if (context.kind === 'btf-arguments' && context.result !== undefined)
      return typedResult(checker, context.result, call.span);
    if (context.kind === 'bpf-function' && type.name === 'fexit')
      return bpfResult(checker, context, call.span);
    if (type.name === 'fentry') return checker.fail(call.span, messages.unknownArgsField('$retval'));
    return checker.fail(
      call.span,
      messages.retvalNotHere(type.name === 'tracepoint' ? ' (try to use args.ret instead)' : ''),
    );
  },
  lower(l) {
    const { context } = l.probe;
    return context.kind === 'trampoline' ? rawArgument(l, context.result) : loadRegister(l, 'ax');
  },
};

/**
 * Where a trampoline keeps the result depends on whether the verifier believed the types of the program it is on,
 * which only the kernel knows.
 */
function bpfResult(checker: Checker, { result }: Context<'bpf-function'>, span: Span): TypedExpression {
  if (result === undefined)
    return checker.fail(span, messages.retvalNotHere(' (this function returns nothing)'));
  if (!checker.target.has('get_func_ret'))
    return checker.fail(
      span,
      messages.retvalNotHere(' (for BPF programs, this kernel cannot: it is older than 5.17)'),
    );
  const type = intType(result.size, result.signed);
  return { op: 'call', type, entry: bpfResultEntry, args: [], data: result, span };
}

const bpfResultEntry: FunctionEntry = {
  name: 'retval',
  check: recordEntry.check,
  lower: (l, { data }) =>
    l.withTemporaries(() => {
      const { size, signed } = data as NonNullable<Context<'bpf-function'>['result']>;
      const place = l.temporary(8);
      zeroMemory(l, place, 8);
      l.b.call(helpers.getFuncRet, [l.context, l.address(place)]);
      return extend(l, l.b.load(8, place.base, place.offset), size, signed);
    }),
};

function typedResult(checker: Checker, result: BtfArgument, span: Span): TypedExpression {
  if (result.typeId === 0)
    return checker.fail(span, messages.retvalNotHere(' (this function returns nothing)'));
  const type = checker.types.kernel.fromBtf(result.typeId, 'kernel');
  return { op: 'call', type, entry: btfEntry, args: [], data: result, span };
}

/** `args` on its own: only usable as a whole where its parts have types. */
export const wholeArguments: FunctionEntry = {
  name: 'args',
  check(checker, call) {
    const { context } = checker.probe;
    if (checker.inForLoop) return checker.fail(call.span, messages.builtinInLoop('args'));
    if (context.kind === 'registers') return userRecord(checker, context, call.span);
    if (context.kind === 'bpf-function') return checker.fail(call.span, messages.argsOfBpfFunction());
    if (context.kind !== 'btf-arguments') {
      if (context.kind === 'record' || context.kind === 'syscall') {
        const type = `struct ${checker.probe.name.replaceAll(':', '_')}_args`;
        return checker.fail(call.span, messages.notPrintable(type));
      }
      return checker.fail(call.span, messages.argsNotHere(checker.probe.type.probetype));
    }
    const elements = context.args.map((arg) => btfField(checker, context, arg.name, call.span));
    const fields = context.args.map((arg, i) => ({ name: arg.name, type: elements[i]!.type }));
    return { op: 'tuple', type: { kind: 'record', fields }, elements, span: call.span };
  },
};

export { fieldOf };
