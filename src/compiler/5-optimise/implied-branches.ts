/**
 * A branch whose outcome an earlier branch on the way has settled is a jump: the second null check of one pointer,
 * `x > 0` after `x >= 1` failed. An outcome is a set of orderings (less, equal, greater); a fact narrows what is
 * possible, a question is settled when all that is possible agrees.
 */
import { must } from '../../base/assert.ts';
import { inverseCompare, swappedCompare } from '../ir/arithmetic.ts';
import { Dominators, type FlowGraph, flowGraph } from '../ir/graph.ts';
import type { BranchTerminator } from '../ir/instruction.ts';
import { removeUnreachable } from '../ir/remove-unreachable.ts';
import { removePhiEntry } from '../ir/rewrite.ts';
import type { BlockId, CompareOp, IrBlock, IrFunction } from '../ir.ts';

const [less, equal, greater] = [1, 2, 4];
const anything = less | equal | greater;

/** Which orderings make the comparison true, unsigned and signed; `eq` and `ne` speak of both. */
const outcomes: { readonly [op in CompareOp]?: { readonly unsigned?: number; readonly signed?: number } } = {
  eq: { unsigned: equal, signed: equal },
  ne: { unsigned: less | greater, signed: less | greater },
  gt: { unsigned: greater },
  ge: { unsigned: greater | equal },
  lt: { unsigned: less },
  le: { unsigned: less | equal },
  sgt: { signed: greater },
  sge: { signed: greater | equal },
  slt: { signed: less },
  sle: { signed: less | equal },
};

interface Knowledge {
  readonly unsigned: number;
  readonly signed: number;
}
/** What the branches on the way to the current block taught. */
type Facts = Map<string, Knowledge>;

export function foldImpliedBranches(fn: IrFunction): boolean {
  const graph = flowGraph(fn);
  const dominators = new Dominators(graph);
  const facts: Facts = new Map();
  let changed = false;
  // What a block learns holds in the blocks it dominates, and is taken back when they are done.
  const stack: { id: BlockId; undo?: () => void }[] = [{ id: graph.entry }];
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (top.undo) {
      top.undo();
      continue;
    }
    const block = must(graph.block.get(top.id), `block ${top.id}`);
    stack.push({ id: top.id, undo: learn(block, graph, facts) });
    if (settle(block, graph, facts)) changed = true;
    for (const child of dominators.children(top.id)) stack.push({ id: child });
  }
  if (changed) removeUnreachable(fn);
  return changed;
}

/** Makes the block's branch a jump when its outcome is known. */
function settle(block: IrBlock, graph: FlowGraph, facts: Facts): boolean {
  const branch = block.terminator;
  if (branch.op !== 'branch' || branch.then === branch.otherwise) return false;
  const outcome = settled(branch, facts);
  if (outcome === undefined) return false;
  const [taken, dropped] = outcome ? [branch.then, branch.otherwise] : [branch.otherwise, branch.then];
  removePhiEntry(must(graph.block.get(dropped), `block ${dropped}`), block.id);
  block.terminator = { op: 'jump', target: taken, ...(branch.span ? { span: branch.span } : {}) };
  return true;
}

/** Adds what the only way into the block teaches; the result takes it back. */
function learn(block: IrBlock, graph: FlowGraph, facts: Facts): () => void {
  const nothing = () => {};
  const [from, ...others] = graph.predecessors.get(block.id) ?? [];
  if (from === undefined || others.length > 0) return nothing;
  const branch = must(graph.block.get(from), `block ${from}`).terminator;
  if (branch.op !== 'branch' || branch.then === branch.otherwise) return nothing;
  const operator = branch.then === block.id ? branch.operator : inverseCompare[branch.operator];
  const { key, swapped } = keyOf(branch);
  const outcome = operator && outcomes[swapped ? swappedCompare[operator] : operator];
  if (!outcome) return nothing;
  const old = facts.get(key);
  const unsigned = (old?.unsigned ?? anything) & (outcome.unsigned ?? anything);
  const signed = (old?.signed ?? anything) & (outcome.signed ?? anything);
  // Equality is the same in both orders.
  const shared = (other: number) => (other === equal ? equal : other & equal ? anything : less | greater);
  facts.set(key, { unsigned: unsigned & shared(signed), signed: signed & shared(unsigned) });
  return () => {
    if (old) facts.set(key, old);
    else facts.delete(key);
  };
}

function settled(branch: BranchTerminator, facts: Facts): boolean | undefined {
  const { key, swapped } = keyOf(branch);
  const known = facts.get(key);
  const asked = outcomes[swapped ? swappedCompare[branch.operator] : branch.operator];
  if (!known || !asked) return undefined;
  for (const order of ['unsigned', 'signed'] as const) {
    const truth = asked[order];
    if (truth === undefined) continue;
    if ((known[order] & ~truth) === 0) return true;
    if ((known[order] & truth) === 0) return false;
  }
  return undefined;
}

/** The two values in a fixed order, so that `a < b` and `b > a` meet. */
function keyOf(branch: BranchTerminator): { key: string; swapped: boolean } {
  const swapped = branch.a > branch.b;
  const [a, b] = swapped ? [branch.b, branch.a] : [branch.a, branch.b];
  return { key: `${branch.width} ${a} ${b}`, swapped };
}
