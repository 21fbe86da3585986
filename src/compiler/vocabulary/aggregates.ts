/** Aggregate functions: what may be assigned to a map and is summed up there. */
import type { AggregateType } from '../../program/types.ts';
import type { Checker } from '../3-check/checker.ts';
import { convert, integerTypeOf, isOpenLiteral } from '../3-check/convert.ts';
import { int64, uint64 } from '../3-check/type-rules.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import { messages } from '../messages/messages.ts';
import { checkArguments, checkArity, kindName } from './call.ts';
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

export const aggregates: readonly AggregateEntry[] = [
  count,
  ofInteger('sum'),
  ofInteger('min'),
  ofInteger('max'),
  ofInteger('avg'),
  ofInteger('stats'),
  hist,
  lhist,
];

export type { AggregateType };
