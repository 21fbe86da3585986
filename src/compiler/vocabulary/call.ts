/** Small makers that entries share: typed calls, argument counts, literal arguments. */
import { sizeOf } from '../../program/layout.ts';
import type { Type } from '../../program/types.ts';
import { type Checker, poison } from '../3-check/checker.ts';
import { asValue } from '../3-check/expressions/maps.ts';
import { boolType } from '../3-check/type-rules.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import type { Expression } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { CallSite, FunctionEntry, TypedCall } from './entry.ts';

export function made(
  entry: FunctionEntry,
  call: CallSite,
  type: Type,
  args: readonly TypedExpression[] = [],
  data?: unknown,
): TypedCall {
  return { op: 'call', type, entry, args, data, span: call.span };
}

/** A value that is known when the program is compiled. It has its type for good: it is no literal of the source. */
export function constant(call: CallSite, type: Type, value: bigint): TypedExpression {
  return { op: 'constant', type, value, literal: false, span: call.span };
}

export function truth(call: CallSite, value: boolean): TypedExpression {
  return { op: 'constant', type: boolType, value: value ? 1n : 0n, literal: true, span: call.span };
}

/** Reports a wrong number of arguments; true when it is right. */
export function checkArity(checker: Checker, call: CallSite, minimum: number, maximum = minimum): boolean {
  const count = call.args.length;
  if (count >= minimum && count <= maximum) return true;
  if (minimum === maximum) checker.error(call.span, messages.exactArguments(call.name, minimum, count));
  else if (count < minimum) checker.error(call.span, messages.tooFewArguments(call.name, minimum, count));
  else checker.error(call.span, messages.tooManyArguments(call.name, maximum, count));
  return false;
}

export function failed(call: CallSite): TypedExpression {
  return poison(call.span);
}

/** All arguments as values; undefined when one could not be made. */
export function checkArguments(checker: Checker, args: readonly Expression[]): TypedExpression[] | undefined {
  const checked = args.map((arg) => asValue(checker.expression(arg)));
  return checked.some((arg) => arg.op === 'none') ? undefined : checked;
}

/** How argument errors name a type: `int`, `string`, … */
export function kindName(type: Type): string {
  return type.kind === 'struct' ? 'c_type' : type.kind;
}

/** The value of a literal string argument, reported when it is none. */
export function literalString(
  checker: Checker,
  call: CallSite,
  arg: Expression | undefined,
): string | undefined {
  if (arg !== undefined) {
    const checked = checker.expression(arg);
    if (checked.op === 'string')
      return sizeOf(checked.type) > checker.program.config.max_strlen ? undefined : checked.value;
    checker.error(
      call.span,
      messages.expectsLiteral(call.name, 'string', kindName(checked.type), parameterOf(arg)),
    );
  }
  return undefined;
}

/** `$1`, which has become its value when it gets here. */
export function parameterOf({ span: { source, start, end } }: Expression): string | undefined {
  const written = source.text.slice(start, end);
  return /^\$\d+$/.test(written) ? written : undefined;
}

export function literalInteger(checker: Checker, call: CallSite, arg: Expression): bigint | undefined {
  const checked = checker.expression(arg);
  if (checked.op === 'constant' && checked.literal) return checked.value;
  checker.error(call.span, messages.expectsLiteral(call.name, 'int', kindName(checked.type)));
  return undefined;
}
