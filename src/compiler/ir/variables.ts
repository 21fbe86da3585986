/**
 * Mutable variables on top of single assignment, made on the fly while the blocks are filled (Braun et al.,
 * "Simple and Efficient Construction of Static Single Assignment Form", CC 2013). A block is sealed when no
 * further predecessor can come; reading in an unsealed block leaves an empty phi that sealing fills in. A phi
 * whose entries are all one value disappears: its id stays valid through {@link resolve}.
 */

import { must } from '../../base/assert.ts';
import { getOrCreate } from '../../base/collections.ts';
import type { BlockId, ValueId } from '../ir.ts';

export type Variable = number & { readonly __brand: 'Variable' };

interface PendingPhi {
  readonly result: ValueId;
  readonly block: BlockId;
  incoming: { block: BlockId; value: ValueId }[];
}

/** What the variables need from the function under construction. */
export interface VariableHost {
  freshValue(): ValueId;
  predecessors(block: BlockId): readonly BlockId[];
  /** The value of a variable that was never written on the way here. */
  undefinedValue(): ValueId;
}

export class VariableTable {
  #host: VariableHost;
  #count = 0;
  #current = new Map<BlockId, Map<Variable, ValueId>>();
  #sealed = new Set<BlockId>();
  #incomplete = new Map<BlockId, Map<Variable, PendingPhi>>();
  #phis = new Map<ValueId, PendingPhi>();
  #phiUsers = new Map<ValueId, Set<PendingPhi>>();
  #replaced = new Map<ValueId, ValueId>();

  constructor(host: VariableHost) {
    this.#host = host;
  }

  create(): Variable {
    return this.#count++ as Variable; // the brand's only source
  }

  write(variable: Variable, block: BlockId, value: ValueId): void {
    getOrCreate(this.#current, block, () => new Map<Variable, ValueId>()).set(variable, value);
  }

  read(variable: Variable, block: BlockId): ValueId {
    const value = this.#current.get(block)?.get(variable);
    return value === undefined ? this.#readAbove(variable, block) : this.resolve(value);
  }

  isSealed(block: BlockId): boolean {
    return this.#sealed.has(block);
  }

  seal(block: BlockId): void {
    if (this.#sealed.has(block)) return;
    this.#sealed.add(block);
    for (const [variable, phi] of this.#incomplete.get(block) ?? []) this.#complete(variable, phi);
    this.#incomplete.delete(block);
  }

  /** The value that stands for `value` after trivial phis were removed. */
  resolve(value: ValueId): ValueId {
    let current = value;
    for (let next = this.#replaced.get(current); next !== undefined; next = this.#replaced.get(current))
      current = next;
    return current;
  }

  /** The phis that remain, by block. */
  phis(): readonly PendingPhi[] {
    return [...this.#phis.values()];
  }

  #readAbove(variable: Variable, block: BlockId): ValueId {
    const chain: BlockId[] = [];
    let at = block;
    let value: ValueId | undefined;
    // Straight chains are walked, not recursed into: long scripts make long chains.
    while (value === undefined) {
      const known = this.#current.get(at)?.get(variable);
      if (known !== undefined) value = this.resolve(known);
      else if (!this.#sealed.has(at)) value = this.#incompletePhi(variable, at);
      else {
        const predecessors = this.#host.predecessors(at);
        if (predecessors.length === 0) value = this.#host.undefinedValue();
        else if (predecessors.length === 1) {
          chain.push(at);
          at = must(predecessors[0], 'predecessor');
        } else value = this.#joinPhi(variable, at);
      }
    }
    for (const link of [...chain, at]) this.write(variable, link, value);
    return value;
  }

  #incompletePhi(variable: Variable, block: BlockId): ValueId {
    const phi = this.#newPhi(block);
    getOrCreate(this.#incomplete, block, () => new Map<Variable, PendingPhi>()).set(variable, phi);
    return phi.result;
  }

  #joinPhi(variable: Variable, block: BlockId): ValueId {
    const phi = this.#newPhi(block);
    this.write(variable, block, phi.result); // breaks cycles
    return this.#complete(variable, phi);
  }

  #newPhi(block: BlockId): PendingPhi {
    const phi: PendingPhi = { result: this.#host.freshValue(), block, incoming: [] };
    this.#phis.set(phi.result, phi);
    return phi;
  }

  #complete(variable: Variable, phi: PendingPhi): ValueId {
    for (const block of this.#host.predecessors(phi.block)) {
      const value = this.read(variable, block);
      phi.incoming.push({ block, value });
      getOrCreate(this.#phiUsers, value, () => new Set<PendingPhi>()).add(phi);
    }
    return this.#removeTrivial(phi);
  }

  /** Phis still waiting for their block to be sealed have no entries: they are never trivial yet. */
  #removeTrivial(phi: PendingPhi): ValueId {
    const work = [phi];
    for (let current = work.pop(); current; current = work.pop()) {
      if (!this.#phis.has(current.result) || current.incoming.length === 0) continue;
      if (current.incoming.length < this.#host.predecessors(current.block).length) continue;
      const self = current.result;
      const others = new Set(
        current.incoming.map((entry) => this.resolve(entry.value)).filter((v) => v !== self),
      );
      if (others.size > 1) continue;
      const same = [...others][0] ?? this.#host.undefinedValue();
      this.#phis.delete(self);
      this.#replaced.set(self, same);
      const users = [...(this.#phiUsers.get(self) ?? [])].filter((user) => user !== current);
      const inherited = this.#phiUsers.get(same) ?? new Set();
      for (const user of users) inherited.add(user);
      this.#phiUsers.set(same, inherited);
      work.push(...users);
    }
    return this.resolve(phi.result);
  }
}
