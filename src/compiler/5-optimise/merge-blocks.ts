/** A block that ends in a jump to a block with no other predecessor swallows it. */
import { must } from '../../base/assert.ts';
import { flowGraph } from '../ir/graph.ts';
import { isPhi, successorsOf } from '../ir/instruction.ts';
import { phisOf, renamePhiEntry, replaceValues } from '../ir/rewrite.ts';
import type { BlockId, IrFunction, ValueId } from '../ir.ts';

export function mergeBlocks(fn: IrFunction): boolean {
  const graph = flowGraph(fn);
  const swallowed = new Set<BlockId>();
  const replacements = new Map<ValueId, ValueId>();
  for (const id of graph.order) {
    if (swallowed.has(id)) continue;
    const block = must(graph.block.get(id), `block ${id}`);
    while (block.terminator.op === 'jump') {
      const target = must(graph.block.get(block.terminator.target), 'jump target');
      const alone = graph.predecessors.get(target.id)?.length === 1;
      if (!alone || target.id === graph.entry || target === block) break;
      for (const phi of phisOf(target)) {
        replacements.set(phi.result, must(phi.incoming[0], 'phi entry').value);
      }
      block.instructions.push(...target.instructions.filter((i) => !isPhi(i)));
      block.terminator = target.terminator;
      for (const next of successorsOf(target.terminator)) {
        renamePhiEntry(must(graph.block.get(next), `block ${next}`), target.id, id);
      }
      swallowed.add(target.id);
    }
  }
  fn.blocks = fn.blocks.filter((block) => !swallowed.has(block.id));
  replaceValues(fn, replacements);
  return swallowed.size > 0;
}
