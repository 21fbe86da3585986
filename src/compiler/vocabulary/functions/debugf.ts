/**
 * `debugf`: bpf_trace_printk, a line in the kernel's trace pipe (/sys/kernel/tracing/trace_pipe). The kernel formats,
 * so that only what it knows can be printed, and strings are given by their address.
 */
import { checkDebugFormat, checkFormat } from '../../../program/format/check-format.ts';
import { isScalar, voidType } from '../../3-check/type-rules.ts';
import type { TypedExpression } from '../../3-check/typed.ts';
import { helpers } from '../../4-lower/helper-ids.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, failed, made } from '../call.ts';
import type { FunctionEntry } from '../entry.ts';

export const debugf: FunctionEntry = {
  name: 'debugf',
  callOnly: true,
  check(checker, call) {
    checker.warning(call.span, messages.debugfProduction());
    const [format, ...rest] = call.args;
    if (format === undefined) {
      checker.error(call.span, messages.tooFewArguments('debugf', 1, 0));
      return failed(call);
    }
    if (format.kind !== 'string') return checker.fail(call.span, messages.expectsStringFirst('debugf'));
    const args = checkArguments(checker, rest);
    if (args === undefined) return failed(call);
    const types = args.map((arg) => arg.type);
    const limits = checkDebugFormat(format.value);
    if (limits?.startsWith('Invalid') === true) return checker.fail(format.span, messages.formatText(limits));
    const problem = limits ?? checkFormat(format.value, types) ?? unprintable(args);
    if (problem !== undefined) return checker.fail(call.span, messages.formatText(problem));
    return made(debugf, call, voidType, args, format.value);
  },
  lower(l, { args, data }) {
    const bytes = new TextEncoder().encode(`${data as string}\0`);
    l.withTemporaries(() => {
      const values = args.map((arg) => (isScalar(arg.type) ? l.value(arg) : l.address(l.place(arg))));
      const format = l.b.mapValue(l.program.table('debugf', bytes));
      l.b.call(helpers.tracePrintk, [format, BigInt(bytes.length), ...values]);
    });
    return l.b.const(0n);
  },
};

/** `%s` of anything but a string would be printed by us, and we are not asked. */
function unprintable(args: readonly TypedExpression[]): string | undefined {
  const other = args.find(({ type }) => !isScalar(type) && type.kind !== 'string');
  return other && `debugf() can not print values of type ${other.type.kind}`;
}
