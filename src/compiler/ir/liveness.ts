/** Which values are still needed at the end of each block. A phi reads at the end of the predecessor it names. */
import { must } from '../../base/assert.ts';
import { BitSet } from '../../base/bit-set.ts';
import type { BlockId, IrFunction } from '../ir.ts';
import type { FlowGraph } from './graph.ts';
import { isPhi, operandsOf, resultOf, successorsOf, terminatorOperands } from './instruction.ts';

export function liveAtEnd(fn: IrFunction, graph: FlowGraph): Map<BlockId, BitSet> {
  const empty = () => new BitSet(fn.nextValue);
  const facts = new Map(graph.order.map((id) => [id, { live: empty(), defined: empty(), out: empty() }]));
  for (const id of graph.order) {
    const block = must(graph.block.get(id), `block ${id}`);
    const { live, defined } = must(facts.get(id), 'facts');
    for (const i of block.instructions) {
      if (isPhi(i)) for (const entry of i.incoming) facts.get(entry.block)?.out.add(entry.value);
      else for (const value of operandsOf(i)) if (!defined.has(value)) live.add(value);
      const result = resultOf(i);
      if (result !== undefined) defined.add(result);
    }
    for (const value of terminatorOperands(block.terminator)) if (!defined.has(value)) live.add(value);
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of [...graph.order].reverse()) {
      const { live, defined, out } = must(facts.get(id), 'facts');
      for (const next of successorsOf(must(graph.block.get(id), `block ${id}`).terminator)) {
        if (out.addAll(must(facts.get(next), 'facts').live)) changed = true;
      }
      if (live.addAll(out, defined)) changed = true; // live becomes "at the start"
    }
  }
  return new Map([...facts].map(([id, { out }]) => [id, out]));
}
