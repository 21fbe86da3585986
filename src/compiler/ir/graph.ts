/**
 * The shape of a function: predecessors, an order in which blocks come before what they lead to (loops aside),
 * dominators, and natural loops. Computed from scratch when asked: functions are small, and a stale graph is a
 * wrong program.
 */
import { must } from '../../base/assert.ts';
import { getOrCreate } from '../../base/collections.ts';
import type { BlockId, IrBlock, IrFunction } from '../ir.ts';
import { successorsOf } from './instruction.ts';

export interface FlowGraph {
  readonly entry: BlockId;
  readonly block: ReadonlyMap<BlockId, IrBlock>;
  /** Reachable blocks only, in reverse postorder: the entry first, dominators before what they dominate. */
  readonly order: readonly BlockId[];
  /** Without repetitions. */
  readonly predecessors: ReadonlyMap<BlockId, readonly BlockId[]>;
}

export function flowGraph(fn: IrFunction): FlowGraph {
  const block = new Map(fn.blocks.map((b) => [b.id, b]));
  const entry = must(fn.blocks[0], `entry block of ${fn.name}`).id;
  const order = reversePostorder(entry, (id) => successorsOf(must(block.get(id), `block ${id}`).terminator));
  const predecessors = new Map<BlockId, BlockId[]>(order.map((id) => [id, []]));
  for (const id of order) {
    for (const next of successorsOf(must(block.get(id), `block ${id}`).terminator)) {
      must(predecessors.get(next), `block ${next}`).push(id);
    }
  }
  return { entry, block, order, predecessors };
}

/** Iterative: a script of ten thousand `if`s must not exhaust the JavaScript stack. */
function reversePostorder(entry: BlockId, successors: (id: BlockId) => readonly BlockId[]): BlockId[] {
  const postorder: BlockId[] = [];
  const seen = new Set<BlockId>([entry]);
  const stack = [{ id: entry, next: [...successors(entry)] }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const child = top.next.pop();
    if (child === undefined) {
      postorder.push(top.id);
      stack.pop();
    } else if (!seen.has(child)) {
      seen.add(child);
      stack.push({ id: child, next: [...successors(child)] });
    }
  }
  return postorder.reverse();
}

/** Dominator tree over the reachable blocks. */
export class Dominators {
  readonly #parent = new Map<BlockId, BlockId>();
  readonly #children = new Map<BlockId, BlockId[]>();
  readonly #enter = new Map<BlockId, number>();
  readonly #leave = new Map<BlockId, number>();

  /** Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm" (2001). */
  constructor(graph: FlowGraph) {
    const position = new Map(graph.order.map((id, index) => [id, index]));
    const positionOf = (id: BlockId) => must(position.get(id), `position of block ${id}`);
    const parentOf = (id: BlockId) => must(this.#parent.get(id), `dominator of block ${id}`);
    const intersect = (a: BlockId, b: BlockId): BlockId => {
      let [x, y] = [a, b];
      while (x !== y) {
        while (positionOf(x) > positionOf(y)) x = parentOf(x);
        while (positionOf(y) > positionOf(x)) y = parentOf(y);
      }
      return x;
    };
    this.#parent.set(graph.entry, graph.entry);
    for (let changed = true; changed; ) {
      changed = false;
      for (const id of graph.order.slice(1)) {
        const known = must(graph.predecessors.get(id), `block ${id}`).filter((p) => this.#parent.has(p));
        const parent = known.reduce((a, b) => intersect(a, b));
        if (this.#parent.get(id) !== parent) {
          this.#parent.set(id, parent);
          changed = true;
        }
      }
    }
    for (const id of graph.order.slice(1)) getOrCreate(this.#children, parentOf(id), () => []).push(id);
    this.#number(graph.entry);
  }

  /** Immediate dominator; undefined for the entry. */
  parent(block: BlockId): BlockId | undefined {
    const parent = this.#parent.get(block);
    return parent === block ? undefined : parent;
  }

  children(block: BlockId): readonly BlockId[] {
    return this.#children.get(block) ?? [];
  }

  /** Every way to `b` leads through `a`; a block dominates itself. */
  dominates(a: BlockId, b: BlockId): boolean {
    const [enterA, leaveA, enterB] = [this.#enter.get(a), this.#leave.get(a), this.#enter.get(b)];
    return (
      enterA !== undefined &&
      leaveA !== undefined &&
      enterB !== undefined &&
      enterA <= enterB &&
      enterB < leaveA
    );
  }

  #number(entry: BlockId): void {
    let clock = 0;
    const stack: { id: BlockId; done: boolean }[] = [{ id: entry, done: false }];
    for (let top = stack.pop(); top; top = stack.pop()) {
      if (top.done) this.#leave.set(top.id, clock);
      else {
        this.#enter.set(top.id, clock++);
        stack.push({ id: top.id, done: true });
        for (const child of this.children(top.id)) stack.push({ id: child, done: false });
      }
    }
  }
}

/** How many natural loops each block lies in. */
export function loopDepths(graph: FlowGraph, dominators: Dominators): Map<BlockId, number> {
  const depth = new Map<BlockId, number>(graph.order.map((id) => [id, 0]));
  for (const header of graph.order) {
    const latches = (graph.predecessors.get(header) ?? []).filter((p) => dominators.dominates(header, p));
    if (latches.length === 0) continue;
    const body = new Set<BlockId>([header, ...latches]);
    for (const id of body) {
      if (id !== header) for (const p of graph.predecessors.get(id) ?? []) body.add(p);
    }
    for (const id of body) depth.set(id, (depth.get(id) ?? 0) + 1);
  }
  return depth;
}
