/** Aggregate functions: what may be assigned to a map and is summed up there. */
import { SeriesLayout } from '../../program/layout.ts';
import type { AggregateType } from '../../program/types.ts';
import type { Checker } from '../3-check/checker.ts';
import { convert, integerTypeOf, isOpenLiteral } from '../3-check/convert.ts';
import { int64, uint64 } from '../3-check/type-rules.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import { messages } from '../messages/messages.ts';
import { checkArguments, checkArity, kindName, literalString } from './call.ts';
import type { AggregateEntry, CallSite } from './entry.ts';

const count: AggregateEntry = {
  name: 'count',
  check: (checker, call) =>
    checkArity(checker, call, 0) ? { aggregate: { kind: 'count' }, argument: undefined } : undefined,
};

type Signed = 'sum' | 'min' | 'max' | 'avg' | 'stats';

function ofInteger(kind: Signed): AggregateEntry {
  return {
    name: kind,
    check(checker, call) {
      if (!checkArity(checker, call, 1)) return undefined;
      const argument = integerArgument(checker, call);
      if (argument === undefined) return undefined;
      // A literal takes the sign that the map has or gets from others.
      const open = isOpenLiteral(argument);
      const known = call.assignedTo === undefined ? undefined : checker.map(call.assignedTo).value;
      const signed = open
        ? !(known !== undefined && 'signed' in known && !known.signed)
        : integerTypeOf(argument.type)!.signed;
      return { aggregate: { kind, signed }, argument: convert(argument, signed ? int64 : uint64) };
    },
  };
}

function integerArgument(checker: Checker, call: CallSite): TypedExpression | undefined {
  const [argument] = checkArguments(checker, call.args.slice(0, 1)) ?? [];
  if (argument === undefined) return undefined;
  if (integerTypeOf(argument.type) !== undefined) return argument;
  checker.error(call.span, messages.onlySupports(call.name, 'int', kindName(argument.type)));
  return undefined;
}

const maximumBits = 5n;

const hist: AggregateEntry = {
  name: 'hist',
  check(checker, call) {
    if (call.args.length === 0) {
      checker.error(call.span, messages.tooFewArguments('hist', 1, 0));
      return undefined;
    }
    if (!checkArity(checker, call, 1, 2)) return undefined;
    const argument = integerArgument(checker, call);
    const bits = call.args[1] === undefined ? 0n : literal(checker, call, 1, 'bits');
    if (argument === undefined || bits === undefined) return undefined;
    if (bits > maximumBits) {
      checker.error(call.span, messages.histBits(bits));
      return undefined;
    }
    return { aggregate: { kind: 'hist', bits: Number(bits) }, argument: convert(argument, int64) };
  },
};

/** A non-negative literal among the arguments. */
function literal(checker: Checker, call: CallSite, index: number, name: string): bigint | undefined {
  const checked = checker.expression(call.args[index]!);
  if (checked.op === 'constant' && checked.literal && checked.value >= 0n) return checked.value;
  checker.error(call.span, messages.invalidLiteral(call.name, name));
  return undefined;
}

const maximumBuckets = 1000n;

const lhist: AggregateEntry = {
  name: 'lhist',
  check(checker, call) {
    if (!checkArity(checker, call, 4)) return undefined;
    const argument = integerArgument(checker, call);
    const [min, max, step] = [
      literal(checker, call, 1, 'min'),
      literal(checker, call, 2, 'max'),
      literal(checker, call, 3, 'step'),
    ];
    if (argument === undefined || min === undefined || max === undefined || step === undefined)
      return undefined;
    const problem = lhistProblem(min, max, step);
    if (problem !== undefined) {
      checker.error(call.span, problem);
      return undefined;
    }
    return { aggregate: { kind: 'lhist', min, max, step }, argument: convert(argument, int64) };
  },
};

function lhistProblem(min: bigint, max: bigint, step: bigint) {
  if (step < 1n) return messages.lhistStep(step);
  if (min >= max) return messages.lhistOrder(min, max);
  if (step > max - min) return messages.lhistLargeStep(step, max - min);
  const buckets = (max - min) / step;
  return buckets > maximumBuckets ? messages.lhistBuckets(buckets) : undefined;
}

type Series = Extract<AggregateType, { kind: 'tseries' }>;
const combineNames = ['avg', 'max', 'min', 'sum'] as const satisfies readonly Series['combine'][];
const intervalLimit = 1_000_000n;
/** One CPU's copy of a map value can have no more bytes (PCPU_MIN_UNIT_SIZE, linux/percpu.h). */
const copyLimit = 32_768;

const tseries: AggregateEntry = {
  name: 'tseries',
  check(checker, call) {
    const { unstable_tseries: setting } = checker.program.config;
    if (setting === 'error') {
      checker.error(call.span, messages.unstableDisabled('tseries'));
      return undefined;
    }
    if (call.args.length < 3) {
      checker.error(call.span, messages.tooFewArguments('tseries', 3, call.args.length));
      return undefined;
    }
    if (!checkArity(checker, call, 3, 4)) return undefined;
    if (setting === 'warn') checker.warning(undefined, messages.unstableUsed('tseries'));
    const argument = integerArgument(checker, call);
    const interval = literal(checker, call, 1, 'interval_ns');
    const intervals = literal(checker, call, 2, 'num_intervals');
    const combine = combination(checker, call);
    if (!argument || interval === undefined || intervals === undefined || combine === undefined)
      return undefined;
    const problem = seriesProblem(interval, intervals);
    if (problem !== undefined) {
      checker.error(call.span, problem);
      return undefined;
    }
    const signed = integerTypeOf(argument.type)!.signed;
    return {
      aggregate: { kind: 'tseries', intervalNs: interval, intervals: Number(intervals), combine, signed },
      argument: convert(argument, signed ? int64 : uint64),
    };
  },
};

function combination(checker: Checker, call: CallSite): Series['combine'] | undefined {
  const [, , , written] = call.args;
  if (written === undefined) return 'last';
  const name = literalString(checker, call, written);
  const known = combineNames.find((one) => one === name);
  if (known === undefined && name !== undefined) checker.error(call.span, messages.tseriesAggregate(name));
  return known;
}

function seriesProblem(interval: bigint, intervals: bigint) {
  if (interval < 1n) return messages.tseriesIntervalNs(interval);
  if (intervals < 1n) return messages.tseriesIntervalsMin(intervals);
  if (intervals >= intervalLimit) return messages.tseriesIntervalsMax(intervals);
  const most = Math.floor(copyLimit / SeriesLayout.size);
  return intervals > BigInt(most) ? messages.tseriesTooLarge(intervals, most) : undefined;
}

export const aggregates: readonly AggregateEntry[] = [
  count,
  ofInteger('sum'),
  ofInteger('min'),
  ofInteger('max'),
  ofInteger('avg'),
  ofInteger('stats'),
  hist,
  lhist,
  tseries,
];

export type { AggregateType };
