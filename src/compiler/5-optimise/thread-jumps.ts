/**
 * Leads jumps past blocks that decide nothing on this way: blocks that only jump on, and blocks that only branch on
 * a phi whose value is known, coming from here (what `&&` and `||` lower to).
 */
import { must } from '../../base/assert.ts';
import { evaluateCompare } from '../ir/arithmetic.ts';
import { type FlowGraph, flowGraph } from '../ir/graph.ts';
import {
  type BranchTerminator,
  isPhi,
  mapTargets,
  operandsOf,
  successorsOf,
  terminatorOperands,
} from '../ir/instruction.ts';
import { editPhis, entryFor, phisOf, removePhiEntry } from '../ir/rewrite.ts';
import { constantsOf } from '../ir/uses.ts';
import { removeUnreachable } from './remove-unreachable.ts';
import type { BlockId, Instruction, IrBlock, IrFunction, ValueId } from '../ir.ts';

export function threadJumps(fn: IrFunction): boolean {
  let changed = false;
  // One block a round: each change makes the graph stale.
  for (let round = 0; round < fn.nextBlock; round++) {
    if (!threadOne(fn)) return changed;
    removeUnreachable(fn);
    changed = true;
  }
  return changed;
}

function threadOne(fn: IrFunction): boolean {
  const graph = flowGraph(fn);
  const constants = constantsOf(fn);
  for (const id of graph.order.slice(1)) {
    const block = must(graph.block.get(id), `block ${id}`);
    if (isEmptyJump(block) && skipEmpty(block, graph)) return true;
    if (decidesOnPhis(fn, block) && skipDecided(block, graph, constants)) return true;
  }
  return false;
}

const isEmptyJump = (block: IrBlock): boolean =>
  block.instructions.length === 0 && block.terminator.op === 'jump';

/** Redirects every predecessor that the target's phis allow. */
function skipEmpty(block: IrBlock, graph: FlowGraph): boolean {
  const target = successorsOf(block.terminator)[0];
  if (target === undefined || target === block.id) return false;
  let changed = false;
  for (const from of graph.predecessors.get(block.id) ?? []) {
    if (redirect(must(graph.block.get(from), 'predecessor'), block, target, graph, (v) => v)) changed = true;
  }
  return changed;
}

/** Nothing but phis, read only by the block's own branch and by phis of its successors. */
function decidesOnPhis(fn: IrFunction, block: IrBlock): block is IrBlock & { terminator: BranchTerminator } {
  if (block.terminator.op !== 'branch' || !block.instructions.every(isPhi) || block.instructions.length === 0)
    return false;
  const own = new Set(phisOf(block).map((phi) => phi.result));
  return fn.blocks.every((other) => {
    const reads = (i: Instruction) => {
      if (!isPhi(i)) return operandsOf(i).some((value) => own.has(value));
      return i.incoming.some((entry) => own.has(entry.value) && entry.block !== block.id);
    };
    if (other.instructions.some(reads)) return false;
    return other === block || !terminatorOperands(other.terminator).some((value) => own.has(value));
  });
}

function skipDecided(
  block: IrBlock & { terminator: BranchTerminator },
  graph: FlowGraph,
  constants: ReadonlyMap<ValueId, bigint>,
): boolean {
  const branch = block.terminator;
  if (phisOf(block).some((phi) => phi.incoming.some((entry) => entry.block === block.id))) return false; // a loop on itself
  let changed = false;
  for (const from of graph.predecessors.get(block.id) ?? []) {
    const seenFrom = (value: ValueId): ValueId => {
      const phi = phisOf(block).find((p) => p.result === value);
      return (phi && entryFor(phi, from)) ?? value;
    };
    const [a, b] = [constants.get(seenFrom(branch.a)), constants.get(seenFrom(branch.b))];
    if (a === undefined || b === undefined) continue;
    const target = evaluateCompare(branch.operator, branch.width, a, b) ? branch.then : branch.otherwise;
    if (redirect(must(graph.block.get(from), 'predecessor'), block, target, graph, seenFrom)) changed = true;
  }
  return changed;
}

/**
 * Makes the edge from → via lead to `target`, one of via's successors. Refused when `from` leads to `target`
 * already with other phi values, or when `target` is not entered through phis alone: values made in `via` would not
 * dominate it any more (checked by the caller).
 */
function redirect(
  from: IrBlock,
  via: IrBlock,
  target: BlockId,
  graph: FlowGraph,
  seen: (value: ValueId) => ValueId,
): boolean {
  if (from === via || target === via.id) return false;
  const block = must(graph.block.get(target), `block ${target}`);
  const already = successorsOf(from.terminator).includes(target);
  const values = phisOf(block).map((phi) => seen(must(entryFor(phi, via.id), 'phi entry')));
  if (already && phisOf(block).some((phi, index) => entryFor(phi, from.id) !== values[index])) return false;
  from.terminator = mapTargets(from.terminator, (t) => (t === via.id ? target : t));
  removePhiEntry(via, from.id);
  if (!already) {
    let index = 0;
    editPhis(block, (phi) => [
      ...phi.incoming,
      { block: from.id, value: must(values[index++], 'phi value') },
    ]);
  }
  return true;
}
