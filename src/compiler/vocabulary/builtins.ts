/** Builtin values: who and where we are when the probe fires. */

import type { TimestampType, Type } from '../../program/types.ts';
import type { Checker } from '../3-check/checker.ts';
import { fieldOf } from '../3-check/expressions/members.ts';
import { int64, uint32, uint64 } from '../3-check/type-rules.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import { runtimeWarning } from '../4-lower/events.ts';
import { helpers } from '../4-lower/helper-ids.ts';
import type { Lowering } from '../4-lower/lowering.ts';
import { zeroMemory } from '../4-lower/memory.ts';
import type { ValueId } from '../ir.ts';
import { runtimeTexts } from '../messages/catalogue/runtime.ts';
import { messages } from '../messages/messages.ts';
import { checkArity, constant, failed, made } from './call.ts';
import type { CallSite, FunctionEntry } from './entry.ts';
import { checkCommOfPid } from './functions/tracing.ts';
import { func, probe, probetype } from './identity.ts';
import { factValue, lowerFact } from './run-fact.ts';

/** A builtin without arguments and with a scalar value. */
function value(name: string, type: Type, lower: (l: Lowering) => ValueId): FunctionEntry {
  const entry: FunctionEntry = {
    name,
    check: (checker, call) => (checkArity(checker, call, 0) ? made(entry, call, type) : failed(call)),
    lower,
  };
  return entry;
}

// The task. With BTF its fields are plain loads; helpers are calls.

/** What the kernel says that a task is, whatever a program defines. */
export const taskPointer = (checker: Checker): Type => ({
  kind: 'pointer',
  to: checker.types.kernel.find('struct', 'task_struct') ?? { kind: 'void' },
  space: 'kernel',
});

const ownTaskPointer = (checker: Checker): Type => ({
  kind: 'pointer',
  to: checker.types.find('struct', 'task_struct') ?? { kind: 'void' },
  space: 'kernel',
});

export const curtask: FunctionEntry = {
  name: 'curtask',
  check: (checker, call) =>
    checkArity(checker, call, 0) ? made(curtask, call, ownTaskPointer(checker)) : failed(call),
  lower: (l) => l.b.call(l.target.has('task_btf') ? helpers.getTaskBtf : helpers.getTask, [], { pure: true }),
  trustedPointer: (l) => l.target.has('task_btf'),
};

/** A field of the current task by a path of names. */
function taskField(checker: Checker, call: CallSite, path: readonly string[]): TypedExpression {
  let at: TypedExpression = made(curtask, call, taskPointer(checker));
  for (const name of path) at = fieldOf(checker, at, name, call.span);
  return at;
}

function lowerPidTgid(l: Lowering): ValueId {
  const namespace = l.target.pidNamespace;
  if (namespace === undefined) return l.b.call(helpers.getPidTgid, [], { pure: true });
  return l.withTemporaries(() => {
    const place = l.temporary(8);
    zeroMemory(l, place, 8);
    l.b.call(helpers.getNsPidTgid, [
      lowerFact(l, { fact: { kind: 'namespace-device' }, value: namespace.device }),
      lowerFact(l, { fact: { kind: 'namespace-inode' }, value: namespace.inode }),
      l.address(place),
      8n,
    ]);
    // struct bpf_pidns_info { u32 pid; u32 tgid; }
    return l.b.load(8, place.base, place.offset);
  });
}

function idEntry(name: 'pid' | 'tid', field: string): FunctionEntry {
  const upper = name === 'pid';
  const entry: FunctionEntry = {
    name,
    check(checker, call) {
      if (call.args.length > 1) return checkArity(checker, call, 0, 1) ? failed(call) : failed(call);
      const mode = namespaceMode(checker, call);
      if (mode === undefined) return failed(call);
      const initial = mode === 'init' || checker.target.pidNamespace === undefined;
      // Loads of the task are shared with other builtins of the same program.
      if (initial && checker.target.has('task_btf'))
        return asUnsigned(invariantField(taskField(checker, call, [field])));
      return made(entry, call, uint32, [], mode);
    },
    lower(l, { data }) {
      const both = data === 'init' ? l.b.call(helpers.getPidTgid, [], { pure: true }) : lowerPidTgid(l);
      // The helper has the tgid (what users call pid) on top, the namespace variant the other way round.
      const swapped = data !== 'init' && l.target.pidNamespace !== undefined;
      return upper !== swapped ? l.b.binary('rsh', both, 32n) : l.b.unary('zext32', both);
    },
  };
  return entry;
}

function namespaceMode(checker: Checker, call: CallSite): 'curr_ns' | 'init' | undefined {
  const [arg] = call.args;
  if (arg === undefined) return 'curr_ns';
  if (arg.kind !== 'identifier') {
    checker.error(call.span, messages.pidArgument(call.name));
    return undefined;
  }
  if (arg.name === 'curr_ns' || arg.name === 'init') return arg.name;
  checker.error(arg.span, messages.pidMode(arg.name));
  return undefined;
}

function invariantField(e: TypedExpression): TypedExpression {
  return e.op === 'dereference' ? { ...e, invariant: true } : e;
}

function asUnsigned(e: TypedExpression): TypedExpression {
  return e.op === 'dereference' && e.type.kind === 'int' ? { ...e, type: { ...e.type, signed: false } } : e;
}

const commType: Type = { kind: 'string', size: 16 };

/** `comm`: 16 bytes straight from the task where BTF is there, else the helper. */
export const comm: FunctionEntry = {
  name: 'comm',
  check(checker, call) {
    if (!checkArity(checker, call, 0, 1)) return failed(call);
    if (call.args.length === 1) return checkCommOfPid(checker, call);
    if (!checker.target.has('task_btf')) return made(comm, call, commType);
    const field = taskField(checker, call, ['comm']);
    const raw = field.op === 'convert' ? field.operand : field;
    return raw.op === 'dereference' && raw.type.kind === 'string' && raw.type.size === 16
      ? { ...raw, invariant: true }
      : made(comm, call, commType);
  },
  lowerInto: (l, _, to) => {
    l.b.call(helpers.getComm, [l.address(to), 16n]);
  },
};

function uidGid(name: 'uid' | 'gid', lower: (l: Lowering, both: ValueId) => ValueId): FunctionEntry {
  return value(name, uint64, (l) => lower(l, l.b.call(helpers.getUidGid, [], { pure: true })));
}

// Time

const bootClock = (l: Lowering): ValueId =>
  l.b.call(l.target.has('ktime_get_boot_ns') ? helpers.ktimeGetBootNs : helpers.ktimeGetNs);

const clocks = {
  boot: bootClock,
  monotonic: (l: Lowering) => l.b.call(helpers.ktimeGetNs),
  tai: (l: Lowering) => l.b.call(helpers.ktimeGetTaiNs),
  /** For kernels without that helper: the boot clock, and what TAI was ahead of it at the start. */
  sw_tai: (l: Lowering) =>
    l.b.binary(
      'add',
      bootClock(l),
      lowerFact(l, { fact: { kind: 'tai-offset' }, value: l.target.taiOffsetNs ?? 0n }),
    ),
} as const satisfies Readonly<Record<TimestampType['clock'], (l: Lowering) => ValueId>>;

export const nsecs: FunctionEntry = {
  name: 'nsecs',
  clock: ({ data }) => data as TimestampType['clock'],
  check(checker, call) {
    const [mode] = call.args;
    if (mode === undefined) return made(nsecs, call, uint64, [], 'boot');
    if (!checkArity(checker, call, 0, 1)) return failed(call);
    if (mode.kind !== 'identifier') return checker.fail(call.span, messages.nsecsArgument());
    if (mode.name === 'tai' && !checker.target.has('ktime_get_tai_ns'))
      return checker.fail(mode.span, messages.nsecsTai());
    if (!(mode.name in clocks)) return checker.fail(mode.span, messages.nsecsMode(mode.name));
    return made(nsecs, call, uint64, [], mode.name);
  },
  lower: (l, { data }) => clocks[data as keyof typeof clocks](l),
};

const elapsed = value('elapsed', uint64, (l) =>
  l.b.binary('sub', bootClock(l), lowerFact(l, { fact: { kind: 'start' }, value: l.target.startBootNs })),
);

/** Without a child there is none to name, which is said when somebody asks. */
const cpid: FunctionEntry = {
  name: 'cpid',
  check(checker, call) {
    if (!checkArity(checker, call, 0)) return failed(call);
    const { childPid } = checker.target;
    if (childPid === undefined) return made(cpid, call, uint64);
    return factValue(checker, call, uint64, { fact: { kind: 'child' }, value: BigInt(childPid) });
  },
  lower(l, { span }) {
    runtimeWarning(l, { message: runtimeTexts.noChild, helper: '' }, span);
    return l.b.const(0n);
  },
};

const ncpus: FunctionEntry = {
  name: 'ncpus',
  check: (checker, call) =>
    checkArity(checker, call, 0) ? constant(call, uint64, BigInt(checker.target.possibleCpus)) : failed(call),
};

export const builtins: readonly FunctionEntry[] = [
  curtask,
  idEntry('pid', 'tgid'),
  idEntry('tid', 'pid'),
  comm,
  uidGid('uid', (l, both) => l.b.unary('zext32', both)),
  uidGid('gid', (l, both) => l.b.binary('rsh', both, 32n)),
  value('cpu', uint64, (l) => l.b.call(helpers.getCpu, [], { pure: true })),
  value('numaid', uint64, (l) => l.b.call(helpers.getNumaNode, [], { pure: true })),
  value('cgroup', uint64, (l) => l.b.call(helpers.getCgroupId, [], { pure: true })),
  value('rand', uint64, (l) => l.b.call(helpers.getPrandom)),
  value('jiffies', uint64, (l) => l.b.call(helpers.jiffies64)),
  nsecs,
  elapsed,
  probe,
  probetype,
  func,
  cpid,
  ncpus,
];

export { int64 };
