/** What changes the system that is traced: only with `--unsafe`. */
import { sizeOf } from '../../../program/layout.ts';
import type { Checker } from '../../3-check/checker.ts';
import { convert, integerTypeOf } from '../../3-check/convert.ts';
import { boolType, int64, uint64, voidType } from '../../3-check/type-rules.ts';
import type { TypedExpression } from '../../3-check/typed.ts';
import { helpers } from '../../4-lower/helper-ids.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, failed, kindName, made } from '../call.ts';
import type { CallSite, FunctionEntry } from '../entry.ts';
import { signalLimit, signalNumber } from '../texts/signals.ts';
import { formatted } from './print.ts';

/** The entry, for those who asked for it. */
function guarded(entry: FunctionEntry, refusal = messages.unsafeFunction): FunctionEntry {
  return {
    ...entry,
    callOnly: true,
    check: (checker, call) =>
      checker.program.unsafe ? entry.check(checker, call) : checker.fail(call.span, refusal(call.name)),
  };
}

/** Where the current task is the one that the event is about. */
const signalProbes: ReadonlySet<string> = new Set([
  'kprobe',
  'kretprobe',
  'uprobe',
  'uretprobe',
  'usdt',
  'tracepoint',
  'rawtracepoint',
  'profile',
  'fentry',
  'fexit',
]);

function signal(name: 'signal' | 'signal_thread', helper: number): FunctionEntry {
  const entry: FunctionEntry = {
    name,
    check(checker, call) {
      if (!checkArity(checker, call, 1)) return failed(call);
      const { type } = checker.probe;
      if (!signalProbes.has(type.name))
        return checker.fail(call.span, messages.signalProbe(name, type.probetype));
      const number = signalArgument(checker, call);
      return number === undefined ? failed(call) : made(entry, call, voidType, [number]);
    },
    lower(l, { args }) {
      l.b.call(helper, [l.value(args[0]!)]);
      return l.b.const(0n);
    },
  };
  return guarded(entry);
}

function signalArgument(checker: Checker, call: CallSite): TypedExpression | undefined {
  const [argument] = checkArguments(checker, call.args) ?? [];
  if (argument === undefined) return undefined;
  if (argument.op === 'string') {
    const number = signalNumber(argument.value);
    if (number === undefined) checker.error(call.span, messages.signalName(call.name, argument.value));
    return number === undefined
      ? undefined
      : { op: 'constant', type: uint64, value: BigInt(number), literal: false, span: call.span };
  }
  const outside = argument.op === 'constant' && (argument.value < 1n || argument.value > BigInt(signalLimit));
  if (!outside && integerTypeOf(argument.type) !== undefined) return convert(argument, uint64);
  checker.error(call.span, messages.signalNumber(call.name));
  return undefined;
}

const override: FunctionEntry = {
  name: 'override',
  check(checker, call) {
    if (!checkArity(checker, call, 1)) return failed(call);
    if (checker.probe.type.name !== 'kprobe')
      return checker.fail(call.span, messages.functionOnlyIn('override', "'kprobe'"));
    // Under a trampoline there is no call to keep from happening.
    if (checker.probe.context.kind !== 'registers')
      return checker.fail(call.span, messages.missingFeature('kprobe_multi or kprobe_pmu'));
    const [value] = checkArguments(checker, call.args) ?? [];
    if (value === undefined) return failed(call);
    if (integerTypeOf(value.type) === undefined)
      return checker.fail(call.span, messages.onlySupports('override', 'int', kindName(value.type)));
    return made(override, call, voidType, [convert(value, int64)]);
  },
  lower(l, { args }) {
    l.b.call(helpers.overrideReturn, [l.context, l.value(args[0]!)]);
    return l.b.const(0n);
  },
};

/** Bytes of a variable or a value, to an address of the traced process. */
const writeUser: FunctionEntry = {
  name: 'write_user',
  check(checker, call) {
    if (!checkArity(checker, call, 3)) return failed(call);
    // Kernels that are locked down do not have it.
    if (!checker.target.has('probe_write_user'))
      return checker.fail(call.span, messages.missingFeature('bpf_probe_write_user'));
    const [to, from, length] = checkArguments(checker, call.args) ?? [];
    if (to === undefined || from === undefined || length === undefined) return failed(call);
    if (to.type.kind !== 'pointer' && integerTypeOf(to.type) === undefined)
      return checker.fail(call.span, messages.onlySupports('write_user', 'pointer', kindName(to.type)));
    const available = sourceSize(checker, from);
    if (available === undefined)
      return checker.fail(call.span, messages.writeUserSource(kindName(from.type)));
    if (length.op !== 'constant' || length.value < 1n || length.value > BigInt(available))
      return checker.fail(call.span, messages.writeUserLength(available));
    return made(writeUser, call, boolType, [convert(to, uint64), from], Number(length.value));
  },
  lower(l, { args: [to, from], data }) {
    const address = from!.type.kind === 'pointer' ? l.value(from!) : l.address(l.place(from!));
    const failure = l.b.call(helpers.probeWriteUser, [l.value(to!), address, BigInt(data as number)]);
    return l.b.compare('eq', failure, 0n);
  },
};

/** How many bytes there are to write; undefined for what does not lie in the program's own memory. */
function sourceSize(checker: Checker, from: TypedExpression): number | undefined {
  const { type } = from;
  if (type.kind === 'string' || type.kind === 'array') return sizeOf(type);
  if (from.op !== 'address-of' || type.kind !== 'pointer') return undefined;
  const to = checker.types.resolve(type.to, 'bpf');
  return to && sizeOf(to);
}

export const unsafeFunctions: readonly FunctionEntry[] = [
  signal('signal', helpers.sendSignal),
  signal('signal_thread', helpers.sendSignalThread),
  guarded(override),
  guarded(writeUser),
  guarded(formatted('system'), messages.unsafeSystem),
];
