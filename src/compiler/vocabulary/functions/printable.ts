/** Numbers that become text only when they are printed: `strftime`, `cgroup_path`, `username`. */
import type { TimestampType } from '../../../program/types.ts';
import { convert, integerTypeOf } from '../../3-check/convert.ts';
import { int64, uint64 } from '../../3-check/type-rules.ts';
import type { TypedExpression } from '../../3-check/typed.ts';
import { helpers } from '../../4-lower/helper-ids.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, failed, kindName, literalString, made } from '../call.ts';
import type { FunctionEntry, TypedCall } from '../entry.ts';

const strftime: FunctionEntry = {
  name: 'strftime',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 2)) return failed(call);
    const format = literalString(checker, call, call.args[0]);
    const [time] = checkArguments(checker, call.args.slice(1)) ?? [];
    if (format === undefined || time === undefined) return failed(call);
    if (integerTypeOf(time.type) === undefined)
      return checker.fail(call.span, messages.onlySupports('strftime', 'integer', kindName(time.type)));
    const clock = clockOf(time);
    if (clock === 'monotonic') return checker.fail(call.span, messages.strftimeMonotonic());
    if (time.op === 'constant' && time.value < 0n)
      return checker.fail(call.span, messages.strftimeNegative());
    return made(strftime, call, { kind: 'timestamp', clock, format }, [convert(time, uint64)]);
  },
  lower: (l, { args }) => l.value(args[0]!),
};

/** Which clock the time is of; any number that does not say is taken for the boot clock's. */
function clockOf(time: TypedExpression): TimestampType['clock'] {
  const clock =
    time.op === 'variable' ? time.variable.clock : time.op === 'call' ? time.entry.clock?.(time) : undefined;
  return clock ?? 'boot';
}

const cgroupPath: FunctionEntry = {
  name: 'cgroup_path',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1, 2)) return failed(call);
    const [id] = checkArguments(checker, call.args.slice(0, 1)) ?? [];
    const filter = call.args.length === 2 ? literalString(checker, call, call.args[1]) : undefined;
    if (id === undefined || (call.args.length === 2 && filter === undefined)) return failed(call);
    if (integerTypeOf(id.type) === undefined)
      return checker.fail(call.span, messages.onlySupports('cgroup_path', 'int', kindName(id.type)));
    const type = { kind: 'cgroup-path' as const, ...(filter === undefined ? {} : { filter }) };
    return made(cgroupPath, call, type, [convert(id, uint64)]);
  },
  lower: (l, { args }: TypedCall) => l.value(args[0]!),
};

const username: FunctionEntry = {
  name: 'username',
  check: (checker, call) =>
    checkArity(checker, call, 0) ? made(username, call, { kind: 'username' }) : failed(call),
  lower: (l) => l.b.unary('zext32', l.b.call(helpers.getUidGid, [], { pure: true })),
};

/** `ratio(a, b)`: a / b with decimals, divided when it is printed. */
const ratio: FunctionEntry = {
  name: 'ratio',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 2)) return failed(call);
    const [a, b] = checkArguments(checker, call.args) ?? [];
    if (a === undefined || b === undefined) return failed(call);
    const types = [a, b].map(({ type }) => integerTypeOf(type));
    const [dividend, divisor] = types;
    if (dividend === undefined || divisor === undefined) {
      const wrong = dividend === undefined ? a : b;
      return checker.fail(call.span, messages.onlySupports('ratio', 'int', kindName(wrong.type)));
    }
    const wide = (e: TypedExpression, { signed }: { readonly signed: boolean }) =>
      convert(e, signed ? int64 : uint64);
    return made(ratio, call, { kind: 'ratio', signed: [dividend.signed, divisor.signed] }, [
      wide(a, dividend),
      wide(b, divisor),
    ]);
  },
  lowerInto: (l, { args }, { base, offset }) => {
    for (const [i, arg] of args.entries()) l.b.store(8, base, offset + 8 * i, l.value(arg));
  },
};

export const printables: readonly FunctionEntry[] = [strftime, cgroupPath, username, ratio];
