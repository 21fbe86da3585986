/**
 * Moves registers that found no colour to the stack: a store after each write, a load before each read, into fresh
 * registers that live for one instruction. What one instruction can make again (constants, addresses) is made again
 * instead. Slots are whole aligned words, as the verifier wants for pointers, and shared by groups that do not
 * overlap.
 */
import { must } from '../../base/assert.ts';
import type { SpilledGroup } from './colour.ts';
import {
  definesOf,
  framePointer,
  type MachineFunction,
  type MachineInstruction,
  type Register,
  renameRegisters,
  renameTerminator,
  terminatorUses,
  usesOf,
} from './machine.ts';

/** Where a spilled register's value comes from. */
type Home =
  | { readonly kind: 'slot'; readonly offset: number }
  | { readonly kind: 'remake'; readonly recipe: MachineInstruction };

const recipes: ReadonlySet<MachineInstruction['op']> = new Set([
  'constant',
  'map-address',
  'frame-address',
  'function-address',
  'kernel-variable',
  'fact',
]);

/** Rewrites `fn`; the fresh registers are added to `unspillable`. */
export function spill(
  fn: MachineFunction,
  groups: readonly SpilledGroup[],
  unspillable: Set<Register>,
): void {
  const homes = assignHomes(fn, groups);
  const rewriter = new Rewriter(fn, homes, unspillable);
  for (const block of fn.blocks) {
    block.instructions = block.instructions.flatMap((i) => rewriter.instruction(i));
    const last: MachineInstruction[] = [];
    const rename = rewriter.reloads(terminatorUses(block.terminator), last);
    block.terminator = renameTerminator(block.terminator, rename);
    block.instructions.push(...last);
  }
}

function assignHomes(fn: MachineFunction, groups: readonly SpilledGroup[]): Map<Register, Home> {
  const writers = new Map<Register, MachineInstruction[]>();
  for (const block of fn.blocks) {
    for (const i of block.instructions) {
      for (const register of definesOf(i)) writers.set(register, [...(writers.get(register) ?? []), i]);
    }
  }
  const homes = new Map<Register, Home>();
  const slots = new Map<SpilledGroup, number>();
  const floor = fn.frameSize;
  for (const group of groups) {
    const written = group.members.flatMap((member) => writers.get(member) ?? []);
    const recipe = written[0];
    let home: Home;
    if (group.members.length === 1 && written.length === 1 && recipe && recipes.has(recipe.op)) {
      home = { kind: 'remake', recipe };
    } else {
      const taken = new Set([...group.conflicts].map((other) => slots.get(other)));
      let slot = 0;
      while (taken.has(slot)) slot++;
      slots.set(group, slot);
      fn.frameSize = Math.max(fn.frameSize, floor + 8 * (slot + 1));
      home = { kind: 'slot', offset: -floor - 8 * (slot + 1) };
    }
    for (const member of group.members) homes.set(member, home);
  }
  return homes;
}

class Rewriter {
  readonly #fn: MachineFunction;
  readonly #homes: ReadonlyMap<Register, Home>;
  readonly #unspillable: Set<Register>;

  constructor(fn: MachineFunction, homes: ReadonlyMap<Register, Home>, unspillable: Set<Register>) {
    this.#fn = fn;
    this.#homes = homes;
    this.#unspillable = unspillable;
  }

  instruction(i: MachineInstruction): MachineInstruction[] {
    const direct = i.op === 'move' ? this.#move(i) : undefined;
    if (direct) return direct;
    const before: MachineInstruction[] = [];
    const rename = this.reloads([...usesOf(i), ...definesOf(i)], before, new Set(usesOf(i)));
    const after: MachineInstruction[] = [];
    for (const register of definesOf(i)) {
      const home = this.#homes.get(register);
      if (home?.kind === 'remake') return [];
      if (home) after.push(this.#store(home.offset, rename(register), i));
    }
    return [...before, renameRegisters(i, rename), ...after];
  }

  /** A move to or from memory is a store or a load. */
  #move(i: Extract<MachineInstruction, { op: 'move' }>): MachineInstruction[] | undefined {
    const [from, to] = [this.#homes.get(i.src), this.#homes.get(i.dst)];
    if (from && to && from === to) return [];
    if (from && !to) return [this.#fetch(from, i.dst, i)];
    if (to?.kind === 'slot' && !from) return [this.#store(to.offset, i.src, i)];
    return undefined;
  }

  /** Gives each spilled register of `registers` a fresh one, loaded where it is among `read`. */
  reloads(
    registers: readonly Register[],
    out: MachineInstruction[],
    read: ReadonlySet<Register> = new Set(registers),
  ): (register: Register) => Register {
    const fresh = new Map<Register, Register>();
    for (const register of registers) {
      const home = this.#homes.get(register);
      if (!home || fresh.has(register)) continue;
      const temporary = this.#fn.nextRegister++;
      this.#unspillable.add(temporary);
      fresh.set(register, temporary);
      if (read.has(register)) out.push(this.#fetch(home, temporary));
    }
    return (register) => fresh.get(register) ?? register;
  }

  #fetch(home: Home, dst: Register, place?: MachineInstruction): MachineInstruction {
    const span = place?.span ? { span: place.span } : {};
    if (home.kind === 'slot') {
      return { op: 'load', dst, base: framePointer, offset: home.offset, size: 8, signed: false, ...span };
    }
    const from = must(definesOf(home.recipe)[0], 'result of a recipe');
    return { ...renameRegisters(home.recipe, (register) => (register === from ? dst : register)), ...span };
  }

  #store(offset: number, register: Register, place: MachineInstruction): MachineInstruction {
    const span = place.span ? { span: place.span } : {};
    return { op: 'store', base: framePointer, offset, size: 8, src: { register }, ...span };
  }
}
