/** The vocabulary as tables. A new builtin, function or aggregate is an entry in one of the lists used here. */
import { aggregates } from './aggregates.ts';
import { argumentN, retval, wholeArguments } from './arguments.ts';
import { builtins } from './builtins.ts';
import type { AggregateEntry, FunctionEntry } from './entry.ts';
import { addressFunctions } from './functions/addresses.ts';
import { assertions } from './functions/assertions.ts';
import { bswap } from './functions/bswap.ts';
import { buf } from './functions/buf.ts';
import { containerOf } from './functions/container-of.ts';
import { debugf } from './functions/debugf.ts';
import { elementFunctions } from './functions/elements.ts';
import { join } from './functions/join.ts';
import { machineFacts } from './functions/machine-facts.ts';
import { mapFunctions } from './functions/maps.ts';
import { networkFunctions } from './functions/network.ts';
import { printFunctions } from './functions/print.ts';
import { printables } from './functions/printable.ts';
import { registerFunctions } from './functions/registers.ts';
import { stackFunctions } from './functions/stacks.ts';
import { str } from './functions/str.ts';
import { comparisons } from './functions/strings/compare.ts';
import { strConcat } from './functions/strings/concat.ts';
import { lengthFunctions } from './functions/strings/length.ts';
import { searches } from './functions/strings/search.ts';
import { relatives } from './functions/tasks.ts';
import { textFunctions } from './functions/texts.ts';
import { tracingFunctions } from './functions/tracing.ts';
import { typeTests } from './functions/type-tests.ts';
import { unsafeFunctions } from './functions/unsafe.ts';

const entries: readonly FunctionEntry[] = [
  ...builtins,
  wholeArguments,
  retval,
  str,
  ...printFunctions,
  ...mapFunctions,
  ...stackFunctions,
  ...lengthFunctions,
  ...comparisons,
  ...searches,
  strConcat,
  bswap,
  ...textFunctions,
  ...typeTests,
  ...assertions,
  ...machineFacts,
  buf,
  ...networkFunctions,
  ...printables,
  ...relatives,
  ...registerFunctions,
  containerOf,
  ...elementFunctions,
  join,
  debugf,
  ...unsafeFunctions,
  ...tracingFunctions,
  ...addressFunctions,
];

const functions: ReadonlyMap<string, FunctionEntry> = new Map(entries.map((entry) => [entry.name, entry]));
const aggregateTable: ReadonlyMap<string, AggregateEntry> = new Map(
  aggregates.map((entry) => [entry.name, entry]),
);

export function findFunction(name: string): FunctionEntry | undefined {
  return functions.get(name) ?? (/^arg[0-9]+$/.test(name) ? argumentN : undefined);
}

export function findAggregate(name: string): AggregateEntry | undefined {
  return aggregateTable.get(name);
}

export function aggregateNames(): Iterable<string> {
  return aggregateTable.keys();
}

export function* functionNames(): Iterable<string> {
  yield* functions.keys();
  yield* aggregateTable.keys();
}
