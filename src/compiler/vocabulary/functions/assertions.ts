/** `fail` and `static_assert` stop the compiler, `assert` stops the run. */
import { conversionsOf, parseFormat } from '../../../program/format/parse-format.ts';
import type { Checker } from '../../3-check/checker.ts';
import { checkCondition } from '../../3-check/expressions/branches.ts';
import { asValue } from '../../3-check/expressions/maps.ts';
import { int64, voidType } from '../../3-check/type-rules.ts';
import type { TypedExpression } from '../../3-check/typed.ts';
import { lowerCondition } from '../../4-lower/conditions.ts';
import { emitEvent } from '../../4-lower/events.ts';
import { messages } from '../../messages/messages.ts';
import { checkArity, failed, literalString, made } from '../call.ts';
import type { CallSite, FunctionEntry } from '../entry.ts';

type Literal = Extract<TypedExpression, { op: 'constant' | 'string' }>;

const fail: FunctionEntry = {
  name: 'fail',
  callOnly: true,
  check(checker, call) {
    const [format, ...rest] = call.args.map((arg) => checker.expression(arg));
    if (format === undefined) return checkArity(checker, call, 1) ? failed(call) : failed(call);
    if (format.op !== 'string') return checker.fail(call.span, messages.failFormat());
    const literals = rest.filter((arg): arg is Literal => arg.op === 'constant' || arg.op === 'string');
    if (literals.length < rest.length) return checker.fail(call.span, messages.failArguments());
    return stop(checker, call, formatLiterals(format.value, literals));
  },
};

/** The rest of the program is checked as if the call were a statement without effect. */
function stop(checker: Checker, call: CallSite, text: string): TypedExpression {
  checker.error(call.span, messages.failText(text));
  return failed(call);
}

function formatLiterals(format: string, literals: readonly Literal[]): string {
  const missing = conversionsOf(format).length > literals.length;
  if (missing) return format;
  let next = 0;
  return parseFormat(format)
    .map((piece) => {
      if (piece.kind === 'text') return piece.text;
      const literal = literals[next++]!;
      if (literal.op === 'string') return literal.value;
      if (literal.type.kind === 'bool' && piece.specifier === 's')
        return literal.value === 0n ? 'false' : 'true';
      return piece.specifier === 'x' ? BigInt.asUintN(64, literal.value).toString(16) : String(literal.value);
    })
    .join('');
}

const staticAssert: FunctionEntry = {
  name: 'static_assert',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 2)) return failed(call);
    const condition = checker.expression(call.args[0]!);
    const text = literalString(checker, call, call.args[1]);
    if (condition.op === 'none' || text === undefined) return failed(call);
    if (condition.op !== 'constant') return checker.fail(call.span, messages.comptimeUnresolved());
    return condition.value === 0n ? stop(checker, call, text) : made(staticAssert, call, voidType);
  },
  lower: (l) => l.b.const(0n),
};

const assertTrue: FunctionEntry = {
  name: 'assert',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 2)) return failed(call);
    const condition = checkCondition(checker, asValue(checker.expression(call.args[0]!)), call.span);
    const text = literalString(checker, call, call.args[1]);
    if (condition.op === 'none' || text === undefined) return failed(call);
    return made(assertTrue, call, voidType, [condition], text);
  },
  lower(l, { args, data, span }) {
    const [holds, fails] = [l.b.block(), l.b.block()];
    lowerCondition(l, args[0]!, holds, fails);
    l.b.switchTo(fails);
    const format = `assert failed: ${(data as string).replaceAll('%', '%%')}`;
    emitEvent(l, { action: 'errorf', format }, [], span);
    emitEvent(
      l,
      { action: 'exit' },
      [{ op: 'constant', type: int64, value: 1n, literal: false, span }],
      span,
    );
    l.endProbe();
    l.b.switchTo(holds);
    return l.b.const(0n);
  },
};

export const assertions: readonly FunctionEntry[] = [fail, staticAssert, assertTrue];
