/**
 * Constant folding and algebra: walks the function once, giving each instruction, comparison and branch to the
 * rules of its kind until none applies. Branches on known conditions become jumps.
 */
import { must } from '../../../base/assert.ts';
import { type FlowGraph, flowGraph } from '../../ir/graph.ts';
import { mapOperands, mapTerminatorOperands, successorsOf } from '../../ir/instruction.ts';
import { removeUnreachable } from '../../ir/remove-unreachable.ts';
import { removePhiEntry, replaceValues, resolver } from '../../ir/rewrite.ts';
import type { Instruction, IrBlock, IrFunction, Terminator, ValueId } from '../../ir.ts';
import { binaryRules } from './binary.ts';
import { foldCondition } from './condition.ts';
import { type Condition, constantResult, FoldContext, type Folded } from './context.ts';
import { dropSignExtension, narrowStoredValue } from './memory.ts';
import { unaryRules } from './unary.ts';

/** Rules do not undo each other; this is for the bug where two do. */
const maxSteps = 32;

export function fold(fn: IrFunction): boolean {
  const graph = flowGraph(fn);
  const context = new FoldContext(fn);
  const replacements = new Map<ValueId, ValueId>();
  const resolve = resolver(replacements);
  let changed = false;
  for (const id of graph.order) {
    const block = must(graph.block.get(id), `block ${id}`);
    context.out = [];
    for (const original of block.instructions) {
      const folded = foldInstruction(mapOperands(original, resolve), context);
      if (folded !== original) changed = true;
      if (typeof folded === 'object') {
        context.out.push(folded);
        context.define(folded);
      } else if ('result' in original && original.result !== undefined)
        replacements.set(original.result, folded);
    }
    const before = mapTerminatorOperands(block.terminator, resolve);
    const terminator = foldTerminator(before, context);
    if (terminator !== before) {
      changed = true;
      dropEdges(block, terminator, graph);
    }
    block.terminator = terminator;
    block.instructions = context.out;
  }
  replaceValues(fn, replacements);
  removeUnreachable(fn);
  return changed;
}

function foldInstruction(original: Instruction, context: FoldContext): ValueId | Instruction {
  let instruction = original;
  for (let step = 0; step < maxSteps; step++) {
    const folded = applyRules(instruction, context);
    if (folded === undefined) break;
    if (typeof folded === 'number') return folded;
    instruction = original.span ? { ...folded, span: original.span } : folded;
  }
  return instruction;
}

function applyRules(i: Instruction, context: FoldContext): Folded {
  if (i.op === 'compare') return foldCompare(i, context);
  if (i.op === 'binary') return firstOf(binaryRules, i, context);
  if (i.op === 'unary') return firstOf(unaryRules, i, context);
  if (i.op === 'store') return narrowStoredValue(i, context);
  return i.op === 'load' ? dropSignExtension(i, context) : undefined;
}

function firstOf<T>(
  rules: readonly ((i: T, c: FoldContext) => Folded)[],
  i: T,
  context: FoldContext,
): Folded {
  for (const rule of rules) {
    const folded = rule(i, context);
    if (folded !== undefined) return folded;
  }
  return undefined;
}

function foldCompare(i: Extract<Instruction, { op: 'compare' }>, context: FoldContext): Folded {
  const folded = foldCondition(i, context);
  if (typeof folded === 'boolean') return constantResult(i, folded ? 1n : 0n);
  const { condition, negated } = folded;
  if (negated) return undefined; // a value needs a comparison that exists
  const isTruth = condition.operator === 'ne' && context.constant(condition.b) === 0n;
  if (isTruth && context.bits.width(condition.a) <= 1) return condition.a;
  if (condition.operator === 'slt' && condition.width === 64 && context.constant(condition.b) === 0n) {
    return {
      op: 'binary',
      operator: 'rsh',
      width: 64,
      result: i.result,
      a: condition.a,
      b: context.const(63n),
    };
  }
  return sameCondition(i, condition)
    ? undefined
    : { op: 'compare', result: i.result, ...conditionOf(condition) };
}

const conditionOf = ({ operator, width, a, b }: Condition): Condition => ({ operator, width, a, b });
const sameCondition = (x: Condition, y: Condition): boolean =>
  x.operator === y.operator && x.width === y.width && x.a === y.a && x.b === y.b;

function foldTerminator(t: Terminator, context: FoldContext): Terminator {
  const span = t.span ? { span: t.span } : {};
  if (t.op === 'switch') {
    const value = context.constant(t.value);
    if (value === undefined) return t.cases.length === 0 ? { op: 'jump', target: t.otherwise, ...span } : t;
    const match = t.cases.find((c) => BigInt.asIntN(64, c.match) === value);
    return { op: 'jump', target: match?.target ?? t.otherwise, ...span };
  }
  if (t.op !== 'branch') return t;
  if (t.then === t.otherwise) return { op: 'jump', target: t.then, ...span };
  const folded = foldCondition(t, context);
  if (typeof folded === 'boolean') return { op: 'jump', target: folded ? t.then : t.otherwise, ...span };
  if (!folded.negated && sameCondition(t, folded.condition)) return t;
  const condition = conditionOf(folded.condition);
  if (!folded.negated) return { ...t, ...condition };
  const likely = t.likely ? { likely: t.likely === 'then' ? ('otherwise' as const) : ('then' as const) } : {};
  return { op: 'branch', ...condition, then: t.otherwise, otherwise: t.then, ...likely, ...span };
}

/** Phis forget edges that are gone. */
function dropEdges(block: IrBlock, next: Terminator, graph: FlowGraph): void {
  const kept = new Set(successorsOf(next));
  for (const target of successorsOf(block.terminator)) {
    if (!kept.has(target)) removePhiEntry(must(graph.block.get(target), `block ${target}`), block.id);
  }
}
