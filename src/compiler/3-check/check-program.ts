/**
 * Checks a whole program. Every attach point is resolved to concrete probes; a body is checked once for each
 * group of probes that it cannot tell apart. Types of maps and variables are inferred over all of them: the walk
 * is repeated until nothing grows, then made once more to report and to keep the result.
 */

import { assert } from '../../base/assert.ts';
import type { ResolvedProbe } from '../../probes/probe-type.ts';
import type { Target } from '../../program/target.ts';
import type { Config } from '../2-expand/config.ts';
import type { ProbeAst, ProgramAst, Span, Subprogram } from '../ast.ts';
import { messages } from '../messages/messages.ts';
import type { Reporter } from '../messages/reporter.ts';
import { resolveProbes } from './attach-points.ts';
import { Checker, type ProgramState, type StackMapRequest } from './checker.ts';
import { checkCondition } from './expressions/branches.ts';
import { asValue } from './expressions/maps.ts';
import { checkDeclaredKinds, declareMaps } from './map-declarations.ts';
import { checkProbeLimits } from './probe-limits.ts';
import type { ProgramTypes } from './program-types.ts';
import { checkTestNames } from './self-tests.ts';
import { declareSubprograms, SubprogramTable } from './subprograms.ts';
import { limitedToTarget } from './target-process.ts';
import { boolType } from './type-rules.ts';
import type { MapSymbol, TypedExpression, TypedStatement, VariableSymbol } from './typed.ts';
import { usesOf } from './uses.ts';

/** One body for one group of probes, checked. */
export interface CheckedProbe {
  /** Alike as far as the body can tell; at least one. */
  readonly probes: readonly ResolvedProbe[];
  readonly predicate: TypedExpression | undefined;
  readonly body: readonly TypedStatement[];
  readonly span: Span;
}

export interface CheckedProgram {
  /** Some probe may call exit(). */
  readonly exits: boolean;
  readonly probes: readonly CheckedProbe[];
  readonly maps: readonly MapSymbol[];
  readonly stackMaps: readonly StackMapRequest[];
}

interface Instance {
  readonly ast: ProbeAst;
  readonly probes: readonly ResolvedProbe[];
  readonly symbols: Map<object, VariableSymbol>;
  readonly subprograms: ReadonlyMap<string, Subprogram>;
  /** Subprograms that nobody calls are checked with this one. */
  readonly isFirst: boolean;
}

/** More rounds than any program needs: types only grow, and not far. */
const maximumRounds = 64;

/** What checking is told besides the program. */
export interface CheckContext {
  readonly target: Target;
  readonly types: ProgramTypes;
  readonly config: Config;
  readonly unsafe: boolean;
  readonly probeFilter: ((name: string) => boolean) | undefined;
}

export function checkProgram(
  ast: ProgramAst,
  { target, types, config, unsafe, probeFilter }: CheckContext,
  reporter: Reporter,
): CheckedProgram | undefined {
  const state: ProgramState = {
    target,
    config,
    unsafe,
    reporter,
    types,
    maps: new Map(),
    stackMaps: [],
    later: [],
    settled: false,
    postponed: false,
    final: false,
    changed: true,
    incomplete: false,
  };
  declareMaps(ast, state);
  const subprograms = declareSubprograms(ast, (span, name) =>
    reporter.error(span, messages.redefinedFunction(name)),
  );
  const instances = ast.probes.flatMap((probe) =>
    resolveProbes(probe, subprograms, { target, config, reporter, unsafe, probeFilter }).map(
      (probes, i): Instance => ({
        ast: limitedToTarget(probe, probes, target),
        ...{ probes, symbols: new Map(), subprograms, isFirst: i === 0 && probe === ast.probes[0] },
      }),
    ),
  );
  checkTestNames(ast, reporter);
  checkProbeLimits(
    instances.map(({ probes }) => probes),
    config,
    reporter,
  );
  if (reporter.hasErrors) return undefined;
  inferTypes(state, instances);
  state.final = true;
  const probes = instances.map((instance) => walk(state, instance));
  reportLater(state);
  checkDeclaredKinds(state);
  reportUnused(instances, state);
  if (reporter.hasErrors) return undefined;
  assert(!state.incomplete, 'a mistake in the program without a message');
  const maps = [...state.maps.values()].filter((map) => map.value !== undefined);
  const exits = ast.probes.some((probe) => usesOf(probe).exits);
  return { probes, maps, stackMaps: state.stackMaps, exits };
}

/** Until nothing grows; then once more with what has no type taken for its default, if there was such a thing. */
function inferTypes(state: ProgramState, instances: readonly Instance[]): void {
  for (const settled of [false, true]) {
    state.settled = settled;
    state.changed = true;
    for (let round = 0; state.changed && round < maximumRounds; round++) {
      state.changed = false;
      state.postponed = false;
      for (const instance of instances) walk(state, instance);
    }
    if (!state.postponed) break;
  }
  state.settled = true;
}

function walk(state: ProgramState, { ast, probes, symbols, subprograms, isFirst }: Instance): CheckedProbe {
  for (const symbol of symbols.values()) {
    symbol.assigned = symbol.origin === 'loop';
    symbol.poisoned = false;
  }
  const table = new SubprogramTable(subprograms);
  const checker = new Checker(state, probes, { symbols, subprograms: table });
  return checker.scoped(() => {
    const predicate = ast.predicate === undefined ? undefined : checkPredicate(checker, ast.predicate);
    const body = checker.statements(ast.body);
    if (isFirst) table.checkUncalled(checker);
    return { probes, predicate, body, span: ast.span };
  });
}

function checkPredicate(checker: Checker, predicate: NonNullable<ProbeAst['predicate']>): TypedExpression {
  // A map that nothing is ever assigned to has no value: as a filter it lets nothing pass.
  if (predicate.kind === 'map' && checker.program.final && checker.map(predicate.name).value === undefined) {
    return { op: 'constant', type: boolType, value: 0n, literal: false, span: predicate.span };
  }
  return checkCondition(checker, asValue(checker.expression(predicate)), predicate.span);
}

function reportUnused(instances: readonly Instance[], state: ProgramState): void {
  for (const { symbols } of instances) {
    for (const symbol of [...symbols.values()].reverse()) {
      if (!symbol.assigned) state.reporter.warning(symbol.span, messages.neverAssigned(`$${symbol.name}`));
    }
  }
  for (const map of state.maps.values()) {
    if (!map.used && map.declaration !== undefined)
      state.reporter.warning(map.declaration.span, messages.unusedMap(map.name));
  }
}

function reportLater({ later, reporter }: ProgramState): void {
  for (const level of [1, 2] as const) {
    if (reporter.hasErrors) return;
    for (const one of later) if (one.level === level) one.report();
  }
}
