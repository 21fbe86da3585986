/**
 * Replaces virtual registers by physical ones: colour, spill what did not fit, and again, until everything fits.
 * Afterwards moves between a register and itself are gone.
 */
import { assert } from '../../base/assert.ts';
import { colour } from './colour.ts';
import { interferenceOf } from './interference.ts';
import {
  firstVirtual,
  isVirtual,
  type MachineFunction,
  type MachineInstruction,
  type Register,
  renameRegisters,
  renameTerminator,
} from './machine.ts';
import { spill } from './spill.ts';

/** Each round spills something for good; real programs need three. */
const maxRounds = 64;

export function allocate(fn: MachineFunction): void {
  renumber(fn);
  const unspillable = new Set<Register>();
  for (let round = 0; ; round++) {
    assert(round < maxRounds, `register allocation of ${fn.name} does not end`);
    const { colours, spilled } = colour(interferenceOf(fn), unspillable);
    if (spilled.length > 0) {
      spill(fn, spilled, unspillable);
      continue;
    }
    apply(fn, (register) => (isVirtual(register) ? (colours.get(register) ?? 0) : register));
    return;
  }
}

function apply(fn: MachineFunction, rename: (register: Register) => Register): void {
  for (const block of fn.blocks) {
    block.instructions = block.instructions.map((i) => renameRegisters(i, rename)).filter(isUseful);
    block.terminator = renameTerminator(block.terminator, rename);
  }
}

const isUseful = (i: MachineInstruction): boolean => !(i.op === 'move' && i.dst === i.src);

/** Dense numbers keep the bit sets of liveness small: optimising leaves most value ids unused. */
function renumber(fn: MachineFunction): void {
  const numbers = new Map<Register, Register>();
  const rename = (register: Register): Register => {
    if (!isVirtual(register)) return register;
    const known = numbers.get(register) ?? firstVirtual + numbers.size;
    numbers.set(register, known);
    return known;
  };
  for (const block of fn.blocks) {
    block.instructions = block.instructions.map((i) => renameRegisters(i, rename));
    block.terminator = renameTerminator(block.terminator, rename);
  }
  fn.nextRegister = firstVirtual + numbers.size;
}
