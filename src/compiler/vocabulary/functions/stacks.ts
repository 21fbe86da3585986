/** `kstack`, `ustack`: stacks kept in the kernel by number; `ksym`, `usym`: addresses to be named when printed. */
import { typeName } from '../../../program/layout.ts';
import type { StackMode, Type } from '../../../program/types.ts';
import type { Checker } from '../../3-check/checker.ts';
import { convert, integerTypeOf } from '../../3-check/convert.ts';
import { uint64 } from '../../3-check/type-rules.ts';
import { helpers } from '../../4-lower/helper-ids.ts';
import { keepStack } from '../../4-lower/keep-stack.ts';
import type { Lowering } from '../../4-lower/lowering.ts';
import { unwindStack } from '../../4-lower/unwind/unwind-stack.ts';
import type { Expression } from '../../ast.ts';
import type { ValueId } from '../../ir.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, failed, made } from '../call.ts';
import type { CallSite, FunctionEntry, TypedCall } from '../entry.ts';

/** BPF_F_USER_STACK (linux/bpf.h) */
const userStackFlag = 1n << 8n;
const maximumLimit = 1024;
const defaultLimit = 127;
const modes: ReadonlySet<string> = new Set<StackMode>(['bpftrace', 'perf', 'raw', 'build_id', 'folded']);

interface StackRequest {
  readonly mode: StackMode;
  readonly limit: number;
}

function stack(kind: 'kstack' | 'ustack'): FunctionEntry {
  const entry: FunctionEntry = {
    name: kind,
    check(checker, call) {
      if (!checkArity(checker, call, 0, 2)) return failed(call);
      const request = stackRequest(checker, call);
      if (request === undefined) return failed(call);
      const map = checker.stackMap(request.limit);
      return made(entry, call, { kind, ...request, map }, [], { ...request, map });
    },
    ...(kind === 'kstack'
      ? { lower: (l: Lowering, call: TypedCall) => stackId(l, call, 0n) }
      : {
          lowerInto: (l, call, to) => {
            l.b.store(8, to.base, to.offset, stackId(l, call, userStackFlag));
            l.b.store(8, to.base, to.offset + 8, tgid(l));
          },
        }),
  };
  return entry;
}

/** `dw_ustack`: the same by unwind tables, for programs without frame pointers. */
const unwound: FunctionEntry = {
  name: 'dw_ustack',
  check(checker, call) {
    if (!checkArity(checker, call, 0, 2)) return failed(call);
    const { unstable_dw_ustack: setting } = checker.program.config;
    if (setting === 'error') return checker.fail(call.span, messages.unstableDisabled('dw_ustack'));
    if (setting === 'warn') checker.warning(undefined, messages.unstableUsed('dw_ustack'));
    if (!checker.target.has('loop')) return checker.fail(call.span, messages.missingFeature('loop'));
    const request = stackRequest(checker, call);
    if (request === undefined) return failed(call);
    if (checker.target.unwindRows === undefined) checker.warning(call.span, messages.unwindWithoutProcess());
    const map = checker.stackMap(request.limit, 'dwarf');
    return made(unwound, call, { kind: 'ustack', ...request, map, unwinder: 'dwarf' }, [], {
      ...request,
      map,
    });
  },
  lowerInto: (l, { data }, to) => {
    const { limit, map } = data as StackRequest & { readonly map: number };
    const pid = tgid(l);
    l.b.store(8, to.base, to.offset + 8, pid);
    l.b.store(8, to.base, to.offset, unwindStack(l, { limit, stacks: map, pid }));
  },
};

function stackRequest(checker: Checker, call: CallSite): StackRequest | undefined {
  const [first, second] = call.args;
  const defaultMode = checker.program.config.stack_mode;
  if (first === undefined) return { mode: defaultMode, limit: defaultLimit };
  const mode = modeOf(first);
  if (mode === undefined) {
    if (second !== undefined) {
      checker.error(call.span, messages.stackModeFirst());
      return undefined;
    }
    return withLimit(checker, call, first, defaultMode);
  }
  if (!modes.has(mode)) {
    checker.error(call.span, messages.stackMode(call.name));
    return undefined;
  }
  if (mode === 'build_id' && call.name === 'kstack') {
    checker.error(call.span, messages.stackBuildId());
    return undefined;
  }
  return second === undefined
    ? { mode: mode as StackMode, limit: defaultLimit }
    : withLimit(checker, call, second, mode as StackMode);
}

function modeOf(expression: Expression): string | undefined {
  if (expression.kind === 'identifier') return expression.name;
  return expression.kind === 'string' ? expression.value : undefined;
}

function withLimit(
  checker: Checker,
  call: CallSite,
  expression: Expression,
  mode: StackMode,
): StackRequest | undefined {
  const limit = checker.expression(expression);
  if (limit.op !== 'constant' || limit.value < 1n) {
    checker.error(call.span, messages.stackInvalidLimit(call.name));
    return undefined;
  }
  if (limit.value > BigInt(maximumLimit)) {
    checker.error(call.span, messages.stackLimit(call.name, limit.value));
    return undefined;
  }
  return { mode, limit: Number(limit.value) };
}

function stackId(l: Lowering, { data }: TypedCall, flags: bigint): ValueId {
  const { map } = data as StackRequest & { readonly map: number };
  return keepStack(l, map, flags);
}

export function tgid(l: Lowering): ValueId {
  return l.b.binary('rsh', l.b.call(helpers.getPidTgid, [], { pure: true }), 32n);
}

function symbol(kind: 'ksym' | 'usym'): FunctionEntry {
  const type: Type = { kind };
  const entry: FunctionEntry = {
    name: kind,
    callOnly: true,
    check(checker, call) {
      if (!checkArity(checker, call, 1)) return failed(call);
      const args = checkArguments(checker, call.args);
      if (args === undefined) return failed(call);
      const address = args[0]!;
      if (address.type.kind !== 'pointer' && integerTypeOf(address.type) === undefined)
        return checker.fail(call.span, messages.ksymArgument(kind));
      return made(entry, call, type, [convert(address, uint64)]);
    },
    ...(kind === 'ksym'
      ? { lower: (l: Lowering, call: TypedCall) => l.value(call.args[0]!) }
      : {
          lowerInto: (l, call, to) => {
            l.b.store(8, to.base, to.offset, l.value(call.args[0]!));
            l.b.store(8, to.base, to.offset + 8, tgid(l));
          },
        }),
  };
  return entry;
}

/** `kptr`, `uptr`: the same value, and where it leads. */
function spaced(name: 'kptr' | 'uptr'): FunctionEntry {
  const entry: FunctionEntry = {
    name,
    callOnly: true,
    check(checker, call) {
      if (!checkArity(checker, call, 1)) return failed(call);
      const args = checkArguments(checker, call.args);
      if (args === undefined) return failed(call);
      const pointer = args[0]!;
      const space = name === 'kptr' ? 'kernel' : 'user';
      if (pointer.type.kind === 'pointer')
        return { op: 'convert', type: { ...pointer.type, space }, operand: pointer, span: call.span };
      if (integerTypeOf(pointer.type) === undefined)
        return checker.fail(
          call.span,
          messages.onlySupports(name, 'integer or pointer', typeName(pointer.type).replace(/\[.*/, '')),
        );
      return convert(pointer, { kind: 'pointer', to: { kind: 'void' }, space });
    },
  };
  return entry;
}

export const stackFunctions: readonly FunctionEntry[] = [
  stack('kstack'),
  stack('ustack'),
  unwound,
  symbol('ksym'),
  symbol('usym'),
  spaced('kptr'),
  spaced('uptr'),
];
