/** The state of the processor where the probe fired: `ctx`, `reg`, `usermode`. */
import type { ProbeContext } from '../../../probes/probe-type.ts';
import type { NamedType, Type } from '../../../program/types.ts';
import type { Checker } from '../../3-check/checker.ts';
import { uint64 } from '../../3-check/type-rules.ts';
import { messages } from '../../messages/messages.ts';
import { checkArity, constant, failed, literalString, made } from '../call.ts';
import type { FunctionEntry } from '../entry.ts';
import { findRegister, loadRegister } from '../registers.ts';

/** struct bpf_perf_event_data begins with the registers, so one offset serves all of these. */
const withRegisters: ReadonlySet<ProbeContext['kind']> = new Set(['registers', 'usdt', 'perf-event']);

const architecture = 'x86_64';

const ctx: FunctionEntry = {
  name: 'ctx',
  check(checker, call) {
    if (!checkArity(checker, call, 0)) return failed(call);
    const { context, type } = checker.probe;
    if (type.name === 'tracepoint') return checker.fail(call.span, messages.ctxInTracepoint());
    if (checker.inForLoop) return checker.fail(call.span, messages.builtinInLoop('ctx'));
    if (!withRegisters.has(context.kind))
      return checker.fail(call.span, messages.builtinNotHere('ctx', type.name));
    const to = contextType(checker, context.kind);
    return made(ctx, call, { kind: 'pointer', to, space: 'bpf' });
  },
  lower: (l) => l.context,
  // What programs see of a perf event is made up by the kernel, register by register.
  wordsOnly: (l) => l.probe.context.kind === 'perf-event',
};

function contextType(checker: Checker, kind: ProbeContext['kind']): NamedType | Type {
  const registers = checker.types.find('struct', 'pt_regs');
  if (registers === undefined) return { kind: 'void' };
  return kind === 'perf-event' ? perfEventData(checker, registers) : registers;
}

/** Not in the BTF of every kernel: linux/bpf_perf_event.h. */
function perfEventData(checker: Checker, registers: NamedType): NamedType | Type {
  const known = checker.types.find('struct', 'bpf_perf_event_data');
  const full = checker.types.resolve(registers, 'bpf');
  if (known !== undefined || full?.kind !== 'struct') return known ?? { kind: 'void' };
  const fields = [
    { name: 'regs', type: full, offset: 0 },
    { name: 'sample_period', type: uint64, offset: full.size },
    { name: 'addr', type: uint64, offset: full.size + 8 },
  ];
  return {
    kind: 'struct',
    tag: 'struct',
    name: 'bpf_perf_event_data',
    size: full.size + 16,
    align: 8,
    fields,
  };
}

const reg: FunctionEntry = {
  name: 'reg',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1)) return failed(call);
    const name = literalString(checker, call, call.args[0]);
    if (name === undefined) return failed(call);
    const { context, type } = checker.probe;
    if (!withRegisters.has(context.kind))
      return checker.fail(call.span, messages.functionNotHere('reg', type.name));
    if (findRegister(name) === undefined)
      return checker.fail(call.span, messages.regName(name, architecture));
    return made(reg, call, uint64, [], name);
  },
  lower: (l, { data }) => loadRegister(l, data as string),
};

/** The two lowest bits of the code segment: the ring, 3 for user code. */
const ringMask = 3n;

const usermode: FunctionEntry = {
  name: 'usermode',
  check(checker, call) {
    if (!checkArity(checker, call, 0)) return failed(call);
    const { context } = checker.probe;
    if (withRegisters.has(context.kind)) return made(usermode, call, uint64);
    // begin and end run as part of a process; tracepoints are places in the kernel.
    return constant(call, uint64, context.kind === 'none' ? 1n : 0n);
  },
  lower: (l) => l.b.compare('ne', l.b.binary('and', loadRegister(l, 'cs'), ringMask), 0n),
};

export const registerFunctions: readonly FunctionEntry[] = [ctx, reg, usermode];
