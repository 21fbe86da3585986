/**
 * A checked program → one module of intermediate form for each BPF program, and everything around them: maps,
 * events, attachments. Probes that share an attachment (system calls on one raw tracepoint) become one program
 * that dispatches on the call number.
 */

import type { ResolvedProbe } from '../../probes/probe-type.ts';
import type { Attachment, FunctionSpec } from '../../program/program.ts';
import type { Target } from '../../program/target.ts';
import type { Config } from '../2-expand/config.ts';
import type { CheckedProbe, CheckedProgram } from '../3-check/check-program.ts';
import { sharedAttachment } from '../3-check/probe-limits.ts';
import { variableUses } from '../3-check/variable-uses.ts';
import type { Span } from '../ast.ts';
import { FunctionBuilder } from '../ir/builder.ts';
import { TooManyInstructionsError } from '../ir/too-many-instructions.ts';
import type { IrModule, ValueId } from '../ir.ts';
import { syscallNumber } from '../vocabulary/arguments.ts';
import { callDepth, stackBudgetFor } from './call-depth.ts';
import { lowerCondition } from './conditions.ts';
import { guardCompat } from './dispatch.ts';
import { FunctionList } from './function-list.ts';
import { isFunctionLoop } from './function-loops.ts';
import { guardLastCall } from './iterator.ts';
import { Lowering, type LoweringOptions } from './lowering.ts';
import { ProgramBuilder } from './program-builder.ts';
import { scratchMapSpec } from './scratch-map.ts';
import { lowerStatements } from './statements.ts';

export interface LoweredFunction {
  readonly spec: Omit<FunctionSpec, 'code' | 'relocations' | 'sourceMap'>;
  readonly module: IrModule;
  /** Where the probe stands, for what is wrong with the program as a whole. */
  readonly span: Span;
  /** The same with everything in scratch memory that can be: for when the stack is too small. */
  readonly withLeastStack: () => LoweredFunction;
}

export interface LoweredProgram {
  readonly builder: ProgramBuilder;
  readonly functions: readonly LoweredFunction[];
  readonly attachments: readonly Attachment[];
}

/** One BPF program to be: its bodies, with the probes that lead to each. */
interface Unit {
  readonly first: ResolvedProbe;
  readonly checked: CheckedProbe;
  /** exit() may be called somewhere in the program. */
  readonly exits: boolean;
}

export function lowerProgram(
  program: CheckedProgram,
  target: Target,
  config: Config,
  reportsFailures: boolean,
): LoweredProgram {
  const builder = new ProgramBuilder(target, config, program.stackMaps, reportsFailures);
  for (const map of program.maps) builder.addUserMap(map);
  const functions: LoweredFunction[] = [];
  const attachments: Attachment[] = [];
  for (const checked of program.probes) {
    const unit: Unit = { first: checked.probes[0]!, checked, exits: program.exits };
    const index = functions.push(located(checked.span, () => lowerUnit(builder, unit, functions.length))) - 1;
    attachments.push(...attachmentsOf(checked.probes, index));
  }
  if (isQuiet(attachments, builder)) builder.boundRate();
  return { builder, functions, attachments };
}

/** @throws TooManyInstructionsError with the probe's place */
function located<T>(span: Span, lower: () => T): T {
  try {
    return lower();
  } catch (error) {
    throw error instanceof TooManyInstructionsError ? new TooManyInstructionsError(headOf(span)) : error;
  }
}

/** What actions of the run itself send, not of each event. */
const rareActions: ReadonlySet<string> = new Set(['runtime-error', 'exit', 'print-map', 'clear', 'zero']);

/** Few records are to be expected: probes that fire at a bounded rate, or nothing to say of each event. */
function isQuiet(attachments: readonly Attachment[], { events }: ProgramBuilder): boolean {
  const bounded = attachments.every(({ point }) => point.kind === 'test-run' || point.kind === 'timer');
  return bounded || events.every(({ action }) => rareActions.has(action));
}

/** Probes of one body: a dispatching program is attached once, uprobes in one binary as one link, others singly. */
function attachmentsOf(probes: readonly ResolvedProbe[], index: number): Attachment[] {
  const groups = new Map<string, ResolvedProbe[]>();
  for (const [i, probe] of probes.entries()) {
    const key = sharedAttachment(probe) ?? `single ${i}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [probe]);
    else group.push(probe);
  }
  return [...groups.values()].map((group) => {
    const warnings = group.flatMap(({ attachWarning }) => attachWarning ?? []);
    return {
      function: index,
      point: mergedPoint(group, probes),
      probes: group.map((probe) => probe.name),
      via: group[0]!.via,
      ...(warnings.length === 0 ? {} : { warnings }),
    };
  });
}

/** The cookie of a target is the number of its probe among those of the body. */
function mergedPoint(group: readonly ResolvedProbe[], all: readonly ResolvedProbe[]): Attachment['point'] {
  const { point } = group[0]!;
  if (all.length === 1) return point;
  if (point.kind === 'uprobe') {
    const targets = group.flatMap((probe) =>
      probe.point.kind === 'uprobe' ? numbered(probe.point.targets, all.indexOf(probe)) : [],
    );
    return { ...point, targets };
  }
  if (point.kind !== 'kprobe') return point;
  const targets = group.flatMap((probe) =>
    probe.point.kind === 'kprobe' ? numbered(probe.point.targets, all.indexOf(probe)) : [],
  );
  return { ...point, targets };
}

function numbered<T>(targets: readonly T[], number: number): readonly (T & { readonly cookie: bigint })[] {
  return targets.map((target) => ({ ...target, cookie: BigInt(number) }));
}

/** What is different when a program is lowered once more, because its stack was too small. */
interface Again {
  readonly stackBudget: number;
  /** Made by the first attempt, for nobody else. */
  readonly scratchMap: number | undefined;
}

/** Scratch memory is needed or not, and how much, only after lowering: then it is done again with it. */
function lowerUnit(builder: ProgramBuilder, unit: Unit, number: number, again?: Again): LoweredFunction {
  const { predicate, body, span } = unit.checked;
  const depth = callDepth([predicate, body], isFunctionLoop(builder.target));
  const memory = { stackBudget: again?.stackBudget ?? stackBudgetFor(depth) };
  const first = lowerOnce(builder, unit, number, {
    ...memory,
    scratchMap: undefined,
    scratchInPredicate: false,
  });
  const { scratch, scratchInPredicate } = first;
  const scratchMap = scratch === 0 ? undefined : placeScratchMap(builder, number, scratch, again?.scratchMap);
  const { lowered } =
    scratchMap === undefined
      ? first
      : lowerOnce(builder, unit, number, { ...memory, scratchMap, scratchInPredicate });
  const withLeastStack = () => lowerUnit(builder, unit, number, { stackBudget: 0, scratchMap });
  return { ...lowered, span: headOf(span), withLeastStack };
}

/** The first line: a probe may be long. */
function headOf(span: Span): Span {
  const lineEnd = span.source.text.indexOf('\n', span.start);
  return { ...span, end: lineEnd < 0 ? span.end : Math.min(span.end, lineEnd) };
}

function placeScratchMap(
  builder: ProgramBuilder,
  number: number,
  size: number,
  existing: number | undefined,
): number {
  const spec = scratchMapSpec(`scratch_${number}`, size, builder.target.possibleCpus);
  if (existing === undefined) return builder.addMap(spec);
  builder.maps[existing] = spec;
  return existing;
}

function lowerOnce(
  builder: ProgramBuilder,
  unit: Unit,
  number: number,
  memory: Pick<LoweringOptions, 'stackBudget' | 'scratchMap' | 'scratchInPredicate'>,
): { lowered: Pick<LoweredFunction, 'spec' | 'module'>; scratch: number; scratchInPredicate: boolean } {
  const { first, checked, exits } = unit;
  const name = functionName(first.name, number);
  const b = new FunctionBuilder(name, 1);
  const functions = new FunctionList(name);
  const l = new Lowering(builder, b, { probes: checked.probes, functions, ...memory });
  l.at(checked.span);
  if (first.dispatch !== undefined) dispatch(l, checked.probes);
  if (exits && !runsAnyway.has(first.point.kind)) leaveWhenStopped(l);
  if (first.context.kind === 'iterator') guardLastCall(l, first.context.typeId);
  const scratchInPredicate = lowerBody(l, checked);
  const { programType, tracing, expectedAttach } = first;
  const spec = {
    name,
    type: programType,
    ...(tracing === undefined ? {} : { tracing }),
    ...(expectedAttach === undefined ? {} : { expectedAttach }),
  };
  functions.define(0, b.finish());
  return {
    lowered: { spec, module: functions.finish() },
    scratch: l.scratchNeeded,
    scratchInPredicate,
  };
}

/** Begin and end probes and tests run also after exit(). */
const runsAnyway: ReadonlySet<Attachment['point']['kind']> = new Set(['test-run', 'self-test']);

/** After exit() only what is on its way on other CPUs still runs. */
function leaveWhenStopped(l: Lowering): void {
  l.returnIf('ne', l.b.load(8, l.b.mapValue(l.program.stopFlag), 0), 0n);
}

/**
 * The predicate first, and only then what the body needs: most events end at the predicate. Tells whether the
 * predicate took scratch memory.
 */
function lowerBody(l: Lowering, { predicate, body }: CheckedProbe): boolean {
  if (predicate !== undefined) {
    l.at(predicate.span);
    const [yes, no] = [l.b.block(), l.b.block()];
    l.withTemporaries(() => {
      if (l.predicateNeedsScratch) l.prepareScratch();
      l.variables.prepare(variableUses([predicate], isFunctionLoop(l.target)).used);
      lowerCondition(l, predicate, yes, no);
    });
    l.b.switchTo(no);
    l.b.ret(0n);
    l.b.switchTo(yes);
  }
  const inPredicate = l.scratchNeeded > 0;
  l.prepareScratch();
  const { used } = variableUses([body], isFunctionLoop(l.target));
  l.variables.prepare(used);
  lowerStatements(l, body);
  if (!l.b.terminated) l.b.ret(0n);
  return inPredicate;
}

/** Lets the program pass for the system calls it was attached to, and for native calls only. */
function dispatch(l: Lowering, probes: readonly ResolvedProbe[]): void {
  const numbers = [...new Set(probes.map((probe) => probe.dispatch!.number))].sort((a, b) => a - b);
  const number: ValueId = syscallNumber(l);
  const [enter, leave] = [l.b.block(), l.b.block()];
  if (numbers.length === 1) {
    l.b.branch('eq', number, BigInt(numbers[0]!), enter, leave);
  } else {
    // Ranges would do for a full set, but a set may have holes: the kernel has numbers without tracepoints.
    matchRanges(l, number, numbers, enter, leave);
  }
  l.b.switchTo(leave);
  l.b.ret(0n);
  l.b.switchTo(enter);
  guardCompat(l);
}

function matchRanges(
  l: Lowering,
  number: ValueId,
  numbers: readonly number[],
  enter: import('../ir.ts').BlockId,
  leave: import('../ir.ts').BlockId,
): void {
  const ranges: [number, number][] = [];
  for (const n of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === n - 1) last[1] = n;
    else ranges.push([n, n]);
  }
  searchRanges(l, number, ranges, enter, leave);
}

/** Binary search: at each step the range in the middle is tested. */
function searchRanges(
  l: Lowering,
  number: ValueId,
  ranges: readonly (readonly [number, number])[],
  enter: import('../ir.ts').BlockId,
  leave: import('../ir.ts').BlockId,
): void {
  if (ranges.length === 0) return l.b.jump(leave);
  const middle = Math.floor(ranges.length / 2);
  const [low, high] = ranges[middle]!;
  const [below, notBelow, above] = [l.b.block(), l.b.block(), l.b.block()];
  l.b.branch('lt', number, BigInt(low), below, notBelow);
  l.b.switchTo(notBelow);
  l.b.branch('gt', number, BigInt(high), above, enter);
  l.b.switchTo(below);
  searchRanges(l, number, ranges.slice(0, middle), enter, leave);
  l.b.switchTo(above);
  searchRanges(l, number, ranges.slice(middle + 1), enter, leave);
}

/** `tracepoint:sched:sched_switch` → `tracepoint_sched_sched_switch_1` */
function functionName(probe: string, number: number): string {
  return `${probe.replace(/\W/g, '_')}_${number + 1}`;
}
