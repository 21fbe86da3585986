/**
 * The interference graph: an edge between registers that hold different values at the same time. Moves make no
 * edge between their two sides, and are remembered as candidates for coalescing.
 */
import { must } from '../../base/assert.ts';
import { getOrCreate } from '../../base/collections.ts';
import { liveOut } from './liveness.ts';
import {
  allocatable,
  definesOf,
  framePointer,
  isVirtual,
  type MachineFunction,
  type MachineInstruction,
  type Register,
  terminatorUses,
  usesOf,
} from './machine.ts';

export interface MoveCandidate {
  readonly dst: Register;
  readonly src: Register;
}

export interface InterferenceGraph {
  /** Of virtual registers only: physical ones have too many to list. */
  readonly neighbours: Map<Register, Set<Register>>;
  readonly moves: readonly MoveCandidate[];
  /** Executions of instructions that touch it, estimated from loop depth. */
  readonly cost: ReadonlyMap<Register, number>;
}

/** A set with constant-time change and iteration over members only. */
class LiveSet {
  readonly #members: Register[] = [];
  readonly #position = new Map<Register, number>();

  add(register: Register): void {
    if (this.#position.has(register) || register === framePointer) return;
    this.#position.set(register, this.#members.length);
    this.#members.push(register);
  }

  delete(register: Register): void {
    const position = this.#position.get(register);
    if (position === undefined) return;
    this.#position.delete(register);
    const last = this.#members.pop();
    if (last === undefined || last === register) return;
    this.#members[position] = last;
    this.#position.set(last, position);
  }

  get members(): readonly Register[] {
    return this.#members;
  }
}

export function interferenceOf(fn: MachineFunction): InterferenceGraph {
  const builder = new Builder();
  const out = liveOut(fn);
  for (const block of fn.blocks) {
    const weight = 10 ** Math.min(block.loopDepth, 6);
    const live = new LiveSet();
    for (const register of must(out.get(block.id), 'liveness')) live.add(register);
    for (const register of terminatorUses(block.terminator)) builder.use(register, live, weight);
    for (const i of [...block.instructions].reverse()) builder.instruction(i, live, weight);
  }
  return builder;
}

class Builder implements InterferenceGraph {
  readonly neighbours = new Map<Register, Set<Register>>();
  readonly moves: MoveCandidate[] = [];
  readonly cost = new Map<Register, number>();

  instruction(i: MachineInstruction, live: LiveSet, weight: number): void {
    if (i.op === 'move' && i.src !== framePointer) {
      live.delete(i.src);
      if (isVirtual(i.dst) || isVirtual(i.src)) this.moves.push({ dst: i.dst, src: i.src });
    }
    const defined = definesOf(i);
    for (const register of defined) {
      this.#node(register, weight);
      live.add(register);
    }
    for (const register of defined) for (const other of live.members) this.#edge(register, other);
    for (const register of defined) live.delete(register);
    for (const register of usesOf(i)) {
      this.use(register, live, weight);
      // `set` writes its result before it reads.
      if (i.op === 'set') this.#edge(i.dst, register);
    }
  }

  use(register: Register, live: LiveSet, weight: number): void {
    this.#node(register, weight);
    live.add(register);
  }

  #node(register: Register, weight: number): void {
    if (!isVirtual(register)) return;
    getOrCreate(this.neighbours, register, () => new Set());
    this.cost.set(register, (this.cost.get(register) ?? 0) + weight);
  }

  #edge(a: Register, b: Register): void {
    if (a === b || a === framePointer || b === framePointer) return;
    if (isVirtual(a)) getOrCreate(this.neighbours, a, () => new Set()).add(b);
    if (isVirtual(b)) getOrCreate(this.neighbours, b, () => new Set()).add(a);
  }
}

export const isPrecoloured = (register: Register): boolean => register < allocatable;
