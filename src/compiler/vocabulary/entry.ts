/**
 * A builtin value or function of the language: its spelling, how a use of it is checked, and how it is lowered.
 * The vocabulary is a table of such entries; nothing else in the compiler knows them by name.
 */

import type { AggregateType, TimestampType } from '../../program/types.ts';
import type { Checker } from '../3-check/checker.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import type { Lowering } from '../4-lower/lowering.ts';
import type { Place } from '../4-lower/place.ts';
import type { Expression, Span } from '../ast.ts';
import type { ValueId } from '../ir.ts';

export interface CallSite {
  /** As written; entries with several names (arg0 … argN) look at it. */
  readonly name: string;
  readonly args: readonly Expression[];
  readonly span: Span;
  /** The value is assigned directly to this map: what aggregates want. */
  readonly assignedTo?: string;
}

export type TypedCall = Extract<TypedExpression, { op: 'call' }>;

export interface FunctionEntry {
  readonly name: string;
  /** Needs parentheses even without arguments. */
  readonly callOnly?: boolean;
  /** Builtins that make a program specific to one attach point: bodies are then not shared between probes. */
  readonly dependsOnProbe?: boolean;
  /** The clock that its nanoseconds are of. */
  clock?(call: TypedCall): TimestampType['clock'];
  check(checker: Checker, call: CallSite): TypedExpression;
  /** Entries with a scalar result or none. */
  lower?(lowering: Lowering, call: TypedCall): ValueId;
  /** Where nobody looks at the result, if that makes a difference. */
  lowerUnused?(lowering: Lowering, call: TypedCall): void;
  /** Entries whose result lives in memory: writes it to `to`, all of it. */
  lowerInto?(lowering: Lowering, call: TypedCall, to: Place): void;
  /** Strings: writes at an address that only the program knows, and gives the length without the NUL. */
  lowerTail?(lowering: Lowering, call: TypedCall, at: ValueId): ValueId;
  /** The pointer as the verifier knows it, where `lower` makes a number of it; it may be null. */
  lowerTracked?(lowering: Lowering, call: TypedCall): ValueId;
  /** The result is a pointer to what may only be loaded in whole words of 8 bytes. */
  wordsOnly?(lowering: Lowering): boolean;
  /** The result is a pointer that the verifier knows to be a kernel object. */
  trustedPointer?(lowering: Lowering, call: TypedCall): boolean;
}

/** Functions that may only be assigned to a map. */
export interface AggregateEntry {
  readonly name: string;
  check(
    checker: Checker,
    call: CallSite,
  ): { readonly aggregate: AggregateType; readonly argument: TypedExpression | undefined } | undefined;
}
