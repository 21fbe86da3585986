/**
 * Functions that the kernel has only for some kinds of probes: `comm(pid)`, `path`, `socket_cookie`. They need types:
 * pointers that the verifier knows to lead to a task, a path or a socket.
 */
import { sizeOf } from '../../../program/layout.ts';
import type { Checker } from '../../3-check/checker.ts';
import { convert, integerTypeOf } from '../../3-check/convert.ts';
import { uint64, voidType } from '../../3-check/type-rules.ts';
import type { TypedExpression } from '../../3-check/typed.ts';
import { emitEvent } from '../../4-lower/events.ts';
import { helpers } from '../../4-lower/helper-ids.ts';
import type { Lowering } from '../../4-lower/lowering.ts';
import { copyMemory, storeBytes, zeroMemory } from '../../4-lower/memory.ts';
import { readString } from '../../4-lower/strings.ts';
import type { ValueId } from '../../ir.ts';
import { runtimeTexts } from '../../messages/catalogue/runtime.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, failed, kindName, made } from '../call.ts';
import { computed } from '../computed.ts';
import type { CallSite, FunctionEntry } from '../entry.ts';
import { kfuncId } from './machine-facts.ts';

// comm(pid)

const commSize = 16;

interface CommOfPid {
  readonly fromPid: number;
  readonly release: number;
  readonly offset: number;
}

/** The name of another process, found in the kernel by its number and given back after. */
export function checkCommOfPid(checker: Checker, call: CallSite): TypedExpression {
  const [pid] = checkArguments(checker, call.args) ?? [];
  if (pid === undefined) return failed(call);
  if (integerTypeOf(pid.type) === undefined) return checker.fail(call.span, messages.commPid());
  const functions = taskFunctions(checker);
  if (functions === undefined)
    return checker.fail(call.span, messages.commUnsupported(checker.probe.type.probetype));
  return made(commOfPid, call, { kind: 'string', size: commSize }, [convert(pid, uint64)], functions);
}

function taskFunctions(checker: Checker): CommOfPid | undefined {
  const [fromPid, release] = ['bpf_task_from_pid', 'bpf_task_release'].map((name) =>
    checker.target.kfuncAllowed?.(name, checker.probe.programType) === true
      ? kfuncId(checker, name)
      : undefined,
  );
  const task = checker.types.find('struct', 'task_struct');
  const name = task && checker.types.member(task, 'comm', 'kernel');
  if (fromPid === undefined || release === undefined || name === undefined) return undefined;
  return { fromPid, release, offset: name.offset };
}

const commOfPid: FunctionEntry = {
  name: 'comm',
  check: checkCommOfPid,
  lowerInto(l, { args, data, span }, to) {
    const { fromPid, release, offset } = data as CommOfPid;
    const pid = l.value(args[0]!);
    const task = l.b.callKfunc(fromPid, [pid]);
    const [found, missing, on] = [l.b.block(), l.b.block(), l.b.block()];
    l.b.branch('ne', task, 0n, found, missing, { likely: 'then' });
    l.b.switchTo(found);
    copyMemory(l, { base: task, offset, align: 8 }, to, commSize);
    l.b.callKfunc(release, [task]);
    l.b.jump(on);
    l.b.switchTo(missing);
    storeBytes(l, 'N/A', to, commSize);
    emitEvent(l, { action: 'warnf', format: runtimeTexts.noProcess }, [computed(uint64, pid, span)], span);
    l.b.jump(on);
    l.b.switchTo(on);
  },
};

// path(p[, size])

const pathProbes: ReadonlySet<string> = new Set(['fentry', 'fexit', 'iter']);

const path: FunctionEntry = {
  name: 'path',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1, 2)) return failed(call);
    if (!pathProbes.has(checker.probe.type.name))
      return checker.fail(call.span, messages.functionOnlyIn('path', "'fentry', 'fexit', 'iter'"));
    const [of, size] = checkArguments(checker, call.args) ?? [];
    if (of === undefined) return failed(call);
    const where = addressOf(of);
    if (where === undefined) return checker.fail(call.span, messages.pathArgument(kindName(of.type)));
    if (!isKnownToKernel(where.pointer))
      return checker.fail(call.span, messages.unknownPointer('path', 'ctx.file.f_path'));
    const limit = checker.program.config.max_strlen;
    if (size !== undefined && (size.op !== 'constant' || size.value < 1n))
      return checker.fail(call.span, messages.invalidLiteral('path', 'size'));
    const capacity = size?.op === 'constant' ? Math.min(limit, Number(size.value)) : limit;
    return made(path, call, { kind: 'string', size: capacity }, [where.pointer], where.offset);
  },
  lowerInto(l, { args, data, type }, to) {
    const size = sizeOf(type);
    l.withTemporaries(() => {
      // The helper leaves what it moved from behind the NUL.
      const raw = l.scratch(size);
      zeroMemory(l, raw, size);
      const outer = trackedValue(l, args[0]!);
      const found = () => {
        const pointer = l.b.binary('add', outer, BigInt(data as number));
        l.b.call(helpers.dPath, [pointer, l.address(raw), BigInt(size)]);
      };
      l.when('ne', outer, 0n, found, 'then');
      readString(l, l.address(raw), 'kernel', to, size);
    });
  },
};

/** The kernel takes no address for a path that it does not know to be one. */
function isKnownToKernel(pointer: TypedExpression): boolean {
  if (pointer.op === 'call')
    return pointer.entry.lowerTracked !== undefined || pointer.entry.trustedPointer !== undefined;
  if (pointer.op !== 'dereference' || pointer.trustedField !== true) return false;
  const { pointer: outer } = pointer;
  return outer.op === 'call' ? outer.entry.trustedPointer !== undefined : isKnownToKernel(outer);
}

function trackedValue(l: Lowering, pointer: TypedExpression): ValueId {
  if (pointer.op !== 'call' || pointer.entry.lowerTracked === undefined) return l.value(pointer);
  return pointer.entry.lowerTracked(l, pointer);
}

/**
 * A pointer to a struct, or where a struct lies that was reached through one. The offset is added to the pointer as
 * the verifier knows it: it must go on knowing that this is a path.
 */
function addressOf(of: TypedExpression): { pointer: TypedExpression; offset: number } | undefined {
  if (of.type.kind === 'pointer') return { pointer: of, offset: 0 };
  return of.type.kind === 'struct' && of.op === 'dereference' ? of : undefined;
}

// socket_cookie(sk)

const socketCookie: FunctionEntry = {
  name: 'socket_cookie',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1)) return failed(call);
    const { programType, type } = checker.probe;
    if (programType !== 'tracing')
      return checker.fail(call.span, messages.functionNotHere('socket_cookie', type.name));
    const [socket] = checkArguments(checker, call.args) ?? [];
    if (socket === undefined) return failed(call);
    const { type: given } = socket;
    const isSocket = given.kind === 'pointer' && given.to.kind === 'named' && given.to.name === 'sock';
    if (!isSocket) return checker.fail(call.span, messages.socketCookieArgument(kindName(given)));
    if (!isKnownToKernel(socket))
      return checker.fail(call.span, messages.unknownPointer('socket_cookie', 'args.sk'));
    return made(socketCookie, call, uint64, [socket]);
  },
  lower: (l: Lowering, { args }) => l.b.call(helpers.getSocketCookie, [l.value(args[0]!)]),
};

const unwatch: FunctionEntry = {
  name: 'unwatch',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1)) return failed(call);
    const [address] = checkArguments(checker, call.args) ?? [];
    if (address === undefined) return failed(call);
    if (integerTypeOf(address.type) === undefined && address.type.kind !== 'pointer')
      return checker.fail(call.span, messages.onlySupports('unwatch', 'int', kindName(address.type)));
    return made(unwatch, call, voidType, [convert(address, uint64)]);
  },
  lower(l, { args, span }) {
    emitEvent(l, { action: 'unwatch' }, args, span);
    return l.b.const(0n);
  },
};

const skboutput: FunctionEntry = {
  name: 'skboutput',
  callOnly: true,
  check: (checker, call) =>
    checkArity(checker, call, 4) ? checker.fail(call.span, messages.notSupported('skboutput')) : failed(call),
};

export const tracingFunctions: readonly FunctionEntry[] = [path, socketCookie, unwatch, skboutput];
