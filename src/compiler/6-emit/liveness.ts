/** Which registers hold a value that is still needed at the end of each block: a backward data-flow problem on bit sets. */
import { must } from '../../base/assert.ts';
import { BitSet } from '../../base/bit-set.ts';
import type { BlockId } from '../ir.ts';
import {
  definesOf,
  type MachineFunction,
  machineSuccessors,
  type Register,
  terminatorUses,
  usesOf,
} from './machine.ts';

/** Registers live at the end of each block, the terminator's own operands not counted. */
export function liveOut(fn: MachineFunction): Map<BlockId, BitSet> {
  const size = fn.nextRegister;
  const facts = new Map(
    fn.blocks.map((block) => {
      const [reads, writes] = [new BitSet(size), new BitSet(size)];
      const read = (register: Register) => {
        if (!writes.has(register)) reads.add(register);
      };
      for (const i of block.instructions) {
        for (const register of usesOf(i)) read(register);
        for (const register of definesOf(i)) writes.add(register);
      }
      for (const register of terminatorUses(block.terminator)) read(register);
      return [block.id, { block, reads, writes, out: new BitSet(size) }];
    }),
  );
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of [...fn.blocks].reverse()) {
      const { reads, writes, out } = must(facts.get(block.id), 'facts');
      for (const next of machineSuccessors(block.terminator)) {
        if (out.addAll(must(facts.get(next), `block ${next}`).reads)) changed = true;
      }
      reads.addAll(out, writes); // reads becomes "live at the start"
    }
  }
  return new Map([...facts].map(([id, { out }]) => [id, out]));
}
