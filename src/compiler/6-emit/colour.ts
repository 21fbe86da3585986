/**
 * Register allocation by colouring the interference graph with iterated coalescing (George and Appel, "Iterated
 * Register Coalescing", TOPLAS 1996). It suits BPF better than a linear scan: with argument, result and phi moves
 * against only ten registers, what matters is which moves vanish. Values that live across calls interfere with r0
 * to r5 and so end up in r6 to r9 by themselves.
 */
import { must } from '../../base/assert.ts';
import { getOrCreate } from '../../base/collections.ts';
import { type InterferenceGraph, isPrecoloured, type MoveCandidate } from './interference.ts';
import { allocatable, type Register } from './machine.ts';

export interface Colouring {
  /** Physical register of each virtual one that got one. */
  readonly colours: ReadonlyMap<Register, Register>;
  /** Groups of coalesced registers that need a place in memory, with the groups (by first member) they overlap. */
  readonly spilled: readonly SpilledGroup[];
}

export interface SpilledGroup {
  readonly members: readonly Register[];
  readonly conflicts: ReadonlySet<SpilledGroup>;
}

/** Scratch registers first: the kernel saves r6 to r9 only when they are used. */
const preference: readonly Register[] = [1, 2, 3, 4, 5, 0, 6, 7, 8, 9];

export function colour(graph: InterferenceGraph, unspillable: ReadonlySet<Register>): Colouring {
  return new Allocation(graph, unspillable).run();
}

class Allocation {
  readonly #neighbours: Map<Register, Set<Register>>;
  readonly #cost: ReadonlyMap<Register, number>;
  readonly #unspillable: ReadonlySet<Register>;
  readonly #degree = new Map<Register, number>();
  readonly #movesOf = new Map<Register, Set<MoveCandidate>>();
  readonly #alias = new Map<Register, Register>();
  readonly #removed = new Set<Register>();
  readonly #stack: Register[] = [];
  readonly #simplify = new Set<Register>();
  readonly #freeze = new Set<Register>();
  readonly #spill = new Set<Register>();
  /** Moves worth trying now; moves to try again when a degree falls. */
  readonly #ready: Set<MoveCandidate>;
  readonly #waiting = new Set<MoveCandidate>();
  readonly #colours = new Map<Register, Register>();

  constructor(graph: InterferenceGraph, unspillable: ReadonlySet<Register>) {
    this.#neighbours = graph.neighbours;
    this.#cost = graph.cost;
    this.#unspillable = unspillable;
    this.#ready = new Set(graph.moves);
    for (const move of graph.moves) {
      getOrCreate(this.#movesOf, move.dst, () => new Set()).add(move);
      getOrCreate(this.#movesOf, move.src, () => new Set()).add(move);
    }
    for (const [register, set] of graph.neighbours) this.#degree.set(register, set.size);
  }

  run(): Colouring {
    for (const register of this.#neighbours.keys()) this.#listOf(register).add(register);
    for (;;) {
      if (this.#simplify.size > 0) this.#simplifyOne(first(this.#simplify));
      else if (this.#ready.size > 0) this.#coalesceOne(first(this.#ready));
      else if (this.#freeze.size > 0) this.#freezeOne(first(this.#freeze));
      else if (this.#spill.size > 0) this.#selectSpill();
      else break;
    }
    return this.#assign();
  }

  #listOf(register: Register): Set<Register> {
    if (this.#degreeOf(register) >= allocatable) return this.#spill;
    return this.#isMoveRelated(register) ? this.#freeze : this.#simplify;
  }

  #degreeOf(register: Register): number {
    return isPrecoloured(register) ? Number.POSITIVE_INFINITY : (this.#degree.get(register) ?? 0);
  }

  *#adjacent(register: Register): Generator<Register> {
    for (const other of this.#neighbours.get(register) ?? []) if (!this.#removed.has(other)) yield other;
  }

  *#activeMoves(register: Register): Generator<MoveCandidate> {
    for (const move of this.#movesOf.get(register) ?? []) {
      if (this.#ready.has(move) || this.#waiting.has(move)) yield move;
    }
  }

  #isMoveRelated(register: Register): boolean {
    return !this.#activeMoves(register).next().done;
  }

  #simplifyOne(register: Register): void {
    this.#simplify.delete(register);
    this.#stack.push(register);
    this.#removed.add(register);
    for (const other of this.#neighbours.get(register) ?? []) {
      if (!this.#removed.has(other)) this.#lowerDegree(other);
    }
  }

  #lowerDegree(register: Register): void {
    if (isPrecoloured(register)) return;
    const degree = this.#degreeOf(register);
    this.#degree.set(register, degree - 1);
    if (degree !== allocatable) return;
    this.#enableMoves(register);
    for (const other of this.#adjacent(register)) this.#enableMoves(other);
    if (!this.#spill.delete(register)) return;
    (this.#isMoveRelated(register) ? this.#freeze : this.#simplify).add(register);
  }

  #enableMoves(register: Register): void {
    for (const move of this.#movesOf.get(register) ?? [])
      if (this.#waiting.delete(move)) this.#ready.add(move);
  }

  #resolve(register: Register): Register {
    let current = register;
    for (let next = this.#alias.get(current); next !== undefined; next = this.#alias.get(current))
      current = next;
    return current;
  }

  #interferes(a: Register, b: Register): boolean {
    if (isPrecoloured(a) && isPrecoloured(b)) return a !== b;
    return isPrecoloured(a) ? this.#has(b, a) : this.#has(a, b);
  }

  #has(register: Register, other: Register): boolean {
    return this.#neighbours.get(register)?.has(other) === true;
  }

  #coalesceOne(move: MoveCandidate): void {
    this.#ready.delete(move);
    const [x, y] = [this.#resolve(move.dst), this.#resolve(move.src)];
    const [u, v] = isPrecoloured(y) ? [y, x] : [x, y];
    if (u === v) this.#addToSimplify(u);
    else if (isPrecoloured(v) || this.#interferes(u, v)) {
      this.#addToSimplify(u);
      this.#addToSimplify(v);
    } else if (isPrecoloured(u) ? this.#georgeSafe(u, v) : this.#briggsSafe(u, v)) {
      this.#combine(u, v);
      this.#addToSimplify(u);
    } else this.#waiting.add(move);
  }

  #addToSimplify(register: Register): void {
    if (isPrecoloured(register) || this.#isMoveRelated(register)) return;
    if (this.#degreeOf(register) < allocatable && this.#freeze.delete(register)) this.#simplify.add(register);
  }

  /** Every neighbour of v is harmless to u already. */
  #georgeSafe(u: Register, v: Register): boolean {
    for (const t of this.#adjacent(v)) {
      if (this.#degreeOf(t) >= allocatable && !isPrecoloured(t) && !this.#interferes(t, u)) return false;
    }
    return true;
  }

  /** The merged register would have fewer than ten neighbours of high degree. */
  #briggsSafe(u: Register, v: Register): boolean {
    let significant = 0;
    const count = (t: Register, shared: boolean) => {
      if (this.#degreeOf(t) - (shared ? 1 : 0) >= allocatable) significant++;
    };
    for (const t of this.#adjacent(u)) count(t, this.#has(v, t));
    for (const t of this.#adjacent(v)) if (!this.#has(u, t)) count(t, false);
    return significant < allocatable;
  }

  #combine(u: Register, v: Register): void {
    if (!this.#freeze.delete(v)) this.#spill.delete(v);
    this.#alias.set(v, u);
    const moves = getOrCreate(this.#movesOf, u, () => new Set<MoveCandidate>());
    for (const move of this.#movesOf.get(v) ?? []) moves.add(move);
    this.#enableMoves(v);
    const adjacent = [...this.#adjacent(v)];
    this.#removed.add(v);
    for (const t of adjacent) {
      const isNew = !this.#interferes(t, u);
      if (isNew) {
        if (!isPrecoloured(t)) this.#neighbours.get(t)?.add(u);
        if (!isPrecoloured(u)) {
          this.#neighbours.get(u)?.add(t);
          this.#degree.set(u, this.#degreeOf(u) + 1);
        }
      } else this.#lowerDegree(t);
    }
    if (this.#degreeOf(u) >= allocatable && this.#freeze.delete(u)) this.#spill.add(u);
  }

  #freezeOne(register: Register): void {
    this.#freeze.delete(register);
    this.#simplify.add(register);
    this.#freezeMoves(register);
  }

  #freezeMoves(register: Register): void {
    for (const move of [...this.#activeMoves(register)]) {
      this.#waiting.delete(move);
      this.#ready.delete(move);
      const [x, y] = [this.#resolve(move.dst), this.#resolve(move.src)];
      const other = x === this.#resolve(register) ? y : x;
      if (!isPrecoloured(other) && !this.#isMoveRelated(other) && this.#degreeOf(other) < allocatable) {
        if (this.#freeze.delete(other)) this.#simplify.add(other);
      }
    }
  }

  /** The cheapest to keep in memory for the trouble it makes. Optimistic: it may still find a colour. */
  #selectSpill(): void {
    let best: Register | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    for (const register of this.#spill) {
      const cost = this.#spillCost(register);
      if (best === undefined || cost < bestCost) [best, bestCost] = [register, cost];
    }
    const chosen = must(best, 'register to spill');
    this.#spill.delete(chosen);
    this.#simplify.add(chosen);
    this.#freezeMoves(chosen);
  }

  #spillCost(register: Register): number {
    if (this.#unspillable.has(register)) return Number.POSITIVE_INFINITY;
    return (this.#cost.get(register) ?? 0) / Math.max(1, this.#degreeOf(register));
  }

  #assign(): Colouring {
    const spilled: Register[] = [];
    for (let register = this.#stack.pop(); register !== undefined; register = this.#stack.pop()) {
      const taken = new Set<Register>();
      for (const other of this.#neighbours.get(register) ?? []) {
        const used = this.#colourOf(this.#resolve(other));
        if (used !== undefined) taken.add(used);
      }
      const free = preference.filter((candidate) => !taken.has(candidate));
      const chosen = this.#wanted(register).find((candidate) => free.includes(candidate)) ?? free[0];
      if (chosen === undefined) spilled.push(register);
      else this.#colours.set(register, chosen);
    }
    for (const register of this.#alias.keys()) {
      const used = this.#colourOf(this.#resolve(register));
      if (used !== undefined) this.#colours.set(register, used);
    }
    return { colours: this.#colours, spilled: this.#groups(spilled) };
  }

  #colourOf(register: Register): Register | undefined {
    return isPrecoloured(register) ? register : this.#colours.get(register);
  }

  /** Colours of the other sides of moves that could not be coalesced. */
  #wanted(register: Register): Register[] {
    const wanted: Register[] = [];
    for (const move of this.#movesOf.get(register) ?? []) {
      for (const side of [move.dst, move.src]) {
        const used = this.#colourOf(this.#resolve(side));
        if (used !== undefined && this.#resolve(side) !== register) wanted.push(used);
      }
    }
    return wanted;
  }

  #groups(spilled: readonly Register[]): SpilledGroup[] {
    const groups = new Map(
      spilled.map((register) => [register, { members: [register], conflicts: new Set<SpilledGroup>() }]),
    );
    for (const member of this.#alias.keys()) groups.get(this.#resolve(member))?.members.push(member);
    for (const [register, group] of groups) {
      for (const other of this.#neighbours.get(register) ?? []) {
        const conflict = groups.get(this.#resolve(other));
        if (!conflict || conflict === group) continue;
        group.conflicts.add(conflict);
        conflict.conflicts.add(group);
      }
    }
    return [...groups.values()];
  }
}

function first<T>(set: ReadonlySet<T>): T {
  for (const member of set) return member;
  throw new RangeError('the set is empty');
}
