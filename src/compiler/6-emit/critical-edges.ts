/**
 * A phi becomes moves at the ends of its predecessors, so a predecessor may not lead anywhere else: each edge from
 * a block with several successors to a block with several predecessors gets a block of its own.
 */
import { must } from '../../base/assert.ts';
import { flowGraph } from '../ir/graph.ts';
import { freshBlock } from '../ir/ids.ts';
import { isPhi, mapTargets, successorsOf } from '../ir/instruction.ts';
import type { BlockId, IrBlock, IrFunction } from '../ir.ts';

/** Only edges into blocks with phis: the others need no place for moves. */
export function splitCriticalEdges(fn: IrFunction): boolean {
  const graph = flowGraph(fn);
  const added: IrBlock[] = [];
  for (const target of fn.blocks) {
    const predecessors = graph.predecessors.get(target.id) ?? [];
    if (predecessors.length < 2 || !target.instructions.some(isPhi)) continue;
    for (const from of predecessors) {
      const block = must(graph.block.get(from), `block ${from}`);
      if (successorsOf(block.terminator).length > 1) added.push(splitEdge(fn, block, target));
    }
  }
  fn.blocks.push(...added);
  return added.length > 0;
}

function splitEdge(fn: IrFunction, from: IrBlock, target: IrBlock): IrBlock {
  const id: BlockId = freshBlock(fn);
  from.terminator = mapTargets(from.terminator, (t) => (t === target.id ? id : t));
  target.instructions = target.instructions.map((i) =>
    isPhi(i) ? { ...i, incoming: i.incoming.map((e) => (e.block === from.id ? { ...e, block: id } : e)) } : i,
  );
  return { id, instructions: [], terminator: { op: 'jump', target: target.id } };
}
