/**
 * Numbers that hold for this boot, or this run, only: addresses of the kernel, the time of the start. In a program
 * that runs now they are constants like all others; in one that is kept for a later run they stay marked, and are
 * put in again then.
 */
import type { RunFact } from '../../program/program.ts';
import type { Type } from '../../program/types.ts';
import type { Checker } from '../3-check/checker.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import type { Lowering } from '../4-lower/lowering.ts';
import type { ValueId } from '../ir.ts';
import { constant, failed, made } from './call.ts';
import type { CallSite, FunctionEntry } from './entry.ts';

interface Known {
  readonly fact: RunFact;
  readonly value: bigint;
}

export function factValue(checker: Checker, call: CallSite, type: Type, known: Known): TypedExpression {
  if (checker.target.forLater !== true) return constant(call, type, known.value);
  return made(entry, call, type, [], known);
}

const entry: FunctionEntry = {
  name: 'fact',
  check: (_, call) => failed(call),
  lower: (l, { data }) => lowerFact(l, data as Known),
};

export function lowerFact(l: Lowering, { fact, value }: Known): ValueId {
  return l.target.forLater === true ? l.b.fact(fact, value) : l.b.const(value);
}
