/** Blocks that nothing leads to any more, and the phi entries that came from them. */

import type { IrFunction } from '../ir.ts';
import { flowGraph } from './graph.ts';
import { editPhis } from './rewrite.ts';

export function removeUnreachable(fn: IrFunction): boolean {
  const graph = flowGraph(fn);
  const reachable = new Set(graph.order);
  let changed = reachable.size < fn.blocks.length;
  fn.blocks = fn.blocks.filter((block) => reachable.has(block.id));
  for (const block of fn.blocks) {
    const predecessors = new Set(graph.predecessors.get(block.id));
    editPhis(block, (phi) => {
      const kept = phi.incoming.filter((entry) => predecessors.has(entry.block));
      if (kept.length < phi.incoming.length) changed = true;
      return kept;
    });
  }
  return changed;
}
