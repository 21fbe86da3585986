/**
 * How far a path between some blocks can lead. In reverse postorder only the jump back of a loop leads to an earlier
 * block, so a path from one of the blocks to another stays between the first and the last of them, widened to the
 * loops that reach in. Searches for one stack object then look at the part of the program that uses it, not at all.
 */
import { must } from '../../base/assert.ts';
import type { BlockId } from '../ir.ts';
import type { FlowGraph } from './graph.ts';
import { successorsOf } from './instruction.ts';

export class Regions {
  readonly #graph: FlowGraph;
  readonly #position: ReadonlyMap<BlockId, number>;
  /** First and last position of the loops, overlapping ones taken together, around each position. */
  readonly #start: Int32Array;
  readonly #end: Int32Array;

  constructor(graph: FlowGraph) {
    this.#graph = graph;
    this.#position = new Map(graph.order.map((id, i) => [id, i]));
    this.#start = Int32Array.from(graph.order, (_, i) => i);
    this.#end = Int32Array.from(this.#start);
    for (const { from, to } of merged(this.#loops())) {
      this.#start.fill(from, from, to + 1);
      this.#end.fill(to, from, to + 1);
    }
  }

  /** Blocks that can be reached from `starts` by at least one step, on a way that may come back to `touched`. */
  reachable(
    starts: Iterable<BlockId>,
    touched: Iterable<BlockId>,
    direction: 'forward' | 'backward',
  ): Set<BlockId> {
    const isInside = this.#around(touched);
    const reached = new Set<BlockId>();
    const work = [...starts];
    for (let id = work.pop(); id !== undefined; id = work.pop()) {
      for (const next of this.#next(id, direction)) {
        if (reached.has(next) || !isInside(next)) continue;
        reached.add(next);
        work.push(next);
      }
    }
    return reached;
  }

  #next(id: BlockId, direction: 'forward' | 'backward'): readonly BlockId[] {
    return direction === 'forward'
      ? successorsOf(must(this.#graph.block.get(id), `block ${id}`).terminator)
      : (this.#graph.predecessors.get(id) ?? []);
  }

  #around(blocks: Iterable<BlockId>): (id: BlockId) => boolean {
    let [low, high] = [Number.POSITIVE_INFINITY, -1];
    for (const id of blocks) {
      const at = this.#position.get(id) ?? 0;
      low = Math.min(low, this.#start[at] ?? at);
      high = Math.max(high, this.#end[at] ?? at);
    }
    return (id) => {
      const at = this.#position.get(id) ?? -1;
      return low <= at && at <= high;
    };
  }

  #loops(): Interval[] {
    return this.#graph.order.flatMap((id, from) =>
      this.#next(id, 'forward')
        .map((next) => this.#position.get(next) ?? from + 1)
        .filter((to) => to <= from)
        .map((to) => ({ from: to, to: from })),
    );
  }
}

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Overlapping intervals as one. */
function merged(intervals: readonly Interval[]): readonly Interval[] {
  const result: Interval[] = [];
  for (const one of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || one.from > last.to) result.push(one);
    else result[result.length - 1] = { from: last.from, to: Math.max(last.to, one.to) };
  }
  return result;
}
