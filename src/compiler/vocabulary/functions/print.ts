/** `printf`, `print` and the other functions that end as text. */
import { checkFormat } from '../../../program/format/check-format.ts';
import { typeName } from '../../../program/layout.ts';
import type { EventAction } from '../../../program/program.ts';
import type { Checker } from '../../3-check/checker.ts';
import { asValue } from '../../3-check/expressions/maps.ts';
import { isAggregate, isCastableAggregate, voidType } from '../../3-check/type-rules.ts';
import type { MapSymbol, TypedExpression } from '../../3-check/typed.ts';
import { emitEvent } from '../../4-lower/events.ts';
import type { Lowering } from '../../4-lower/lowering.ts';
import type { Expression } from '../../ast.ts';
import type { ValueId } from '../../ir.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, failed, kindName, literalInteger, made, parameterOf } from '../call.ts';
import type { CallSite, FunctionEntry, TypedCall } from '../entry.ts';

/** An entry that sends one record with its arguments. */
function emitting(l: Lowering, call: TypedCall, action: EventAction): ValueId {
  emitEvent(l, action, call.args, call.span);
  return l.b.const(0n);
}

type FormatAction = 'printf' | 'errorf' | 'warnf' | 'cat' | 'system';

export function formatted(name: FormatAction): FunctionEntry {
  const entry: FunctionEntry = {
    name,
    callOnly: true,
    check(checker, call) {
      const checked = checkFormatted(checker, call);
      return checked === undefined ? failed(call) : made(entry, call, voidType, checked.args, checked.format);
    },
    lower: (l, call) => emitting(l, call, { action: name, format: call.data as string }),
  };
  return entry;
}

function checkFormatted(
  checker: Checker,
  call: CallSite,
): { format: string; args: readonly TypedExpression[] } | undefined {
  const [format, ...rest] = call.args;
  if (format === undefined) {
    checker.error(call.span, messages.tooFewArguments(call.name, 1, 0));
    return undefined;
  }
  // A long format is no string value, so it is not measured against max_strlen.
  const literal = format.kind === 'string' ? format.value : literalFormat(checker, call, format);
  const raw = rest.map((arg) => checker.expression(arg));
  if (literal === undefined || raw.some((arg) => arg.op === 'none' && arg.reported === true))
    return undefined;
  const problem = checkFormat(
    literal,
    raw.map((arg) => arg.type),
  );
  if (problem !== undefined) {
    checker.error(call.span, messages.formatText(problem));
    return undefined;
  }
  return { format: literal, args: raw.map(asValue) };
}

function literalFormat(checker: Checker, call: CallSite, format: Expression): string | undefined {
  const checked = checker.expression(format);
  if (checked.op === 'string') return checked.value;
  checker.error(call.span, messages.expectsStringFirst(call.name));
  return undefined;
}

/** `p50`, `p99_9` among the arguments of print: a percentile. */
function percentileOf(argument: Expression): number | undefined {
  const digits =
    argument.kind === 'identifier' ? /^p(\d{1,2}(?:_\d{1,6})?|100)$/.exec(argument.name)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits.replace('_', '.'));
}

interface PrintMap {
  readonly map: MapSymbol;
  readonly top: number;
  readonly div: number;
  readonly percentiles?: readonly number[];
}

export const print: FunctionEntry = {
  name: 'print',
  callOnly: true,
  check(checker, call) {
    const percentiles = call.args.flatMap((arg) => percentileOf(arg) ?? []);
    if (!checkArity(checker, call, 1, 3 + percentiles.length)) return failed(call);
    const [what] = call.args;
    if (what!.kind === 'map') return checkPrintMap(checker, call, what!, percentiles);
    if (call.args.length > 1) return checker.fail(call.span, messages.printArguments(call.args.length));
    const checked = checker.expression(what!);
    if (checked.op === 'none' && checked.reported === true) return failed(call);
    if (isAggregate(checked.type) && !isCastableAggregate(checked.type) && checked.type.kind !== 'stats') {
      return checker.fail(call.span, messages.wholeMapOnly(typeName(checked.type)));
    }
    if (!isPrintable(checked)) {
      if (checked.type.kind === 'void') {
        checker.errorLater(1, call.span, messages.notPrintable(typeName(checked.type)));
        return failed(call);
      }
      return checker.fail(call.span, messages.notPrintable(typeName(checked.type)));
    }
    return made(print, call, voidType, [asValue(checked)]);
  },
  lower: (l, call) => {
    if (call.data === undefined) return emitting(l, call, { action: 'print-value' });
    const { map, ...options } = call.data as PrintMap;
    return emitting(l, call, { action: 'print-map', userMap: map.index, ...options });
  },
};

function isPrintable({ type }: TypedExpression): boolean {
  return type.kind !== 'none' && type.kind !== 'void' && type.kind !== 'context';
}

function checkPrintMap(
  checker: Checker,
  call: CallSite,
  what: Extract<Expression, { kind: 'map' }>,
  percentiles: readonly number[],
): TypedExpression {
  const map = checker.map(what.name, what.span);
  if (map.value === undefined) return checker.fail(what.span, messages.undefinedMap(what.name));
  if (percentiles.length > 0 && map.value.kind !== 'hist' && map.value.kind !== 'lhist')
    return checker.fail(call.span, messages.percentilesOf(typeName(map.value)));
  const rest = call.args.slice(1).filter((arg) => percentileOf(arg) === undefined);
  const numbers = rest.map((arg) => literalInteger(checker, call, arg));
  if (numbers.some((n) => n === undefined)) return failed(call);
  const [top, div] = numbers.map(Number);
  if (map.value.kind === 'stats' && numbers.length > 0)
    checker.warning(call.span, messages.statsTopIgnored());
  if (checker.inLoop) checker.warning(call.span, messages.printInLoop());
  if (checker.program.final && !map.assigned) checker.error(what.span, messages.undefinedMap(what.name));
  return made(print, call, voidType, [], {
    map,
    top: Math.max(0, top ?? 0),
    div: Math.max(1, div ?? 1),
    ...(percentiles.length === 0 ? {} : { percentiles }),
  } satisfies PrintMap);
}

export const time: FunctionEntry = {
  name: 'time',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 0, 1)) return failed(call);
    const [format] = call.args;
    if (format === undefined) return made(time, call, voidType, [], '%H:%M:%S\n');
    const checked = checker.expression(format);
    if (checked.op !== 'string')
      return checker.fail(
        call.span,
        messages.expectsLiteral('time', 'string', kindName(checked.type), parameterOf(format)),
      );
    return made(time, call, voidType, [], checked.value);
  },
  lower: (l, call) => emitting(l, call, { action: 'time', format: call.data as string }),
};

export const exit: FunctionEntry = {
  name: 'exit',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 0, 1)) return failed(call);
    if (checker.inForLoop) return checker.fail(call.span, messages.jumpNotAllowed('return', 'for-loop'));
    const args = checkArguments(checker, call.args);
    if (args === undefined) return failed(call);
    if (args[0] !== undefined && args[0].type.kind !== 'int') {
      return checker.fail(call.span, messages.onlySupports('exit', 'int', kindName(args[0].type)));
    }
    return made(exit, call, voidType, args);
  },
  lower(l, call) {
    emitEvent(l, { action: 'exit' }, call.args, call.span);
    l.b.store(8, l.b.mapValue(l.program.stopFlag), 0, 1n);
    l.endProbe();
    return l.b.parameters[0]!;
  },
};

export const printFunctions: readonly FunctionEntry[] = [
  formatted('printf'),
  formatted('errorf'),
  formatted('warnf'),
  formatted('cat'),
  print,
  time,
  exit,
];
