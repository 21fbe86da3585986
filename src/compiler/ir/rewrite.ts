/** The small rewrites that passes have in common: replacing values, and keeping phis in step with edges. */
import type { BlockId, IrBlock, IrFunction, ValueId } from '../ir.ts';
import { isPhi, mapOperands, mapTerminatorOperands, type Phi } from './instruction.ts';

/** Replaces every use of a key by its value; chains are followed. False when there is nothing to replace. */
export function replaceValues(fn: IrFunction, replacements: ReadonlyMap<ValueId, ValueId>): boolean {
  if (replacements.size === 0) return false;
  const resolve = resolver(replacements);
  for (const block of fn.blocks) {
    block.instructions = block.instructions.map((i) => mapOperands(i, resolve));
    block.terminator = mapTerminatorOperands(block.terminator, resolve);
  }
  return true;
}

export function resolver(replacements: ReadonlyMap<ValueId, ValueId>): (value: ValueId) => ValueId {
  return (value) => {
    let current = value;
    for (let next = replacements.get(current); next !== undefined; next = replacements.get(current))
      current = next;
    return current;
  };
}

export function phisOf(block: IrBlock): Phi[] {
  return block.instructions.filter(isPhi);
}

/** Applies `edit` to the entries of each phi of `block`. */
export function editPhis(block: IrBlock, edit: (phi: Phi) => Phi['incoming']): void {
  block.instructions = block.instructions.map((i) => (isPhi(i) ? { ...i, incoming: edit(i) } : i));
}

export function removePhiEntry(block: IrBlock, from: BlockId): void {
  editPhis(block, (phi) => phi.incoming.filter((entry) => entry.block !== from));
}

export function renamePhiEntry(block: IrBlock, from: BlockId, to: BlockId): void {
  editPhis(block, (phi) =>
    phi.incoming.map((entry) => (entry.block === from ? { ...entry, block: to } : entry)),
  );
}

export function entryFor(phi: Phi, from: BlockId): ValueId | undefined {
  return phi.incoming.find((entry) => entry.block === from)?.value;
}
