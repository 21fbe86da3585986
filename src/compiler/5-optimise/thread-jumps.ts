/**
 * Leads jumps past blocks that decide nothing on this way: blocks that only jump on, and blocks that only branch on
 * a phi whose value is known, coming from here (what `&&` and `||` lower to).
 */
import { must } from '../../base/assert.ts';
import { evaluateCompare } from '../ir/arithmetic.ts';
import { flowGraph } from '../ir/graph.ts';
import { type BranchTerminator, isPhi, mapTargets, successorsOf } from '../ir/instruction.ts';
import { removeUnreachable } from '../ir/remove-unreachable.ts';
import { editPhis, entryFor, phisOf, removePhiEntry } from '../ir/rewrite.ts';
import { constantsOf, type Use, usesOf } from '../ir/uses.ts';
import type { BlockId, IrBlock, IrFunction, ValueId } from '../ir.ts';

type Decider = IrBlock & { terminator: BranchTerminator };

export function threadJumps(fn: IrFunction): boolean {
  const changed = new Threader(fn).run();
  if (changed) removeUnreachable(fn);
  return changed;
}

class Threader {
  readonly #fn: IrFunction;
  readonly #blocks: ReadonlyMap<BlockId, IrBlock>;
  /** Kept up to date while edges move; the other facts are of the start. */
  readonly #predecessors: Map<BlockId, Set<BlockId>>;
  readonly #order: readonly BlockId[];
  readonly #constants: ReadonlyMap<ValueId, bigint>;
  readonly #uses: ReadonlyMap<ValueId, readonly Use[]>;
  /** Values that phis have begun to read since `#uses` was made. */
  readonly #newlyRead = new Set<ValueId>();

  constructor(fn: IrFunction) {
    const graph = flowGraph(fn);
    this.#fn = fn;
    this.#blocks = graph.block;
    this.#order = graph.order;
    this.#predecessors = new Map([...graph.predecessors].map(([id, list]) => [id, new Set(list)]));
    this.#constants = constantsOf(fn);
    this.#uses = usesOf(fn);
  }

  run(): boolean {
    let changed = false;
    for (const id of this.#order) {
      if (id === this.#fn.blocks[0]?.id) continue;
      const block = this.#block(id);
      if (
        isEmptyJump(block) ? this.#skipEmpty(block) : this.#decidesOnPhis(block) && this.#skipDecided(block)
      )
        changed = true;
    }
    return changed;
  }

  /** Redirects every predecessor that the target's phis allow. */
  #skipEmpty(block: IrBlock): boolean {
    const target = successorsOf(block.terminator)[0];
    if (target === undefined || target === block.id) return false;
    let changed = false;
    for (const from of [...this.#predecessorsOf(block.id)]) {
      if (this.#redirect(this.#block(from), block, target, (value) => value)) changed = true;
    }
    return changed;
  }

  /** Nothing but phis, read only by the block's own branch and by phis of its successors. */
  #decidesOnPhis(block: IrBlock): block is Decider {
    if (
      block.terminator.op !== 'branch' ||
      block.instructions.length === 0 ||
      !block.instructions.every(isPhi)
    )
      return false;
    return phisOf(block).every((phi) => {
      if (this.#newlyRead.has(phi.result)) return false;
      return (this.#uses.get(phi.result) ?? []).every(({ block: where, user }) => {
        if (user.op === 'phi')
          return user.incoming.every((e) => e.value !== phi.result || e.block === block.id);
        return where === block && user.op === 'branch';
      });
    });
  }

  #skipDecided(block: Decider): boolean {
    const branch = block.terminator;
    if (this.#predecessorsOf(block.id).has(block.id)) return false; // a loop on itself
    let changed = false;
    for (const from of [...this.#predecessorsOf(block.id)]) {
      const seenFrom = (value: ValueId): ValueId => {
        const phi = phisOf(block).find((p) => p.result === value);
        return (phi && entryFor(phi, from)) ?? value;
      };
      const [a, b] = [this.#constants.get(seenFrom(branch.a)), this.#constants.get(seenFrom(branch.b))];
      if (a === undefined || b === undefined) continue;
      const target = evaluateCompare(branch.operator, branch.width, a, b) ? branch.then : branch.otherwise;
      if (this.#redirect(this.#block(from), block, target, seenFrom)) changed = true;
    }
    return changed;
  }

  /**
   * Makes the edge from → via lead to `target`, one of via's successors. Refused when `from` leads to `target`
   * already with other phi values. What `via` defines is read only by phis of its successors, as the callers know.
   */
  #redirect(from: IrBlock, via: IrBlock, target: BlockId, seenFrom: (value: ValueId) => ValueId): boolean {
    if (from === via || target === via.id) return false;
    const block = this.#block(target);
    const already = successorsOf(from.terminator).includes(target);
    const valueFor = new Map(
      phisOf(block).map((phi) => [phi.result, seenFrom(must(entryFor(phi, via.id), 'phi entry'))]),
    );
    if (already && phisOf(block).some((phi) => entryFor(phi, from.id) !== valueFor.get(phi.result)))
      return false;
    from.terminator = mapTargets(from.terminator, (t) => (t === via.id ? target : t));
    removePhiEntry(via, from.id);
    if (!already) {
      editPhis(block, (phi) => [
        ...phi.incoming,
        { block: from.id, value: must(valueFor.get(phi.result), 'phi value') },
      ]);
      for (const value of valueFor.values()) this.#newlyRead.add(value);
    }
    this.#predecessorsOf(via.id).delete(from.id);
    this.#predecessorsOf(target).add(from.id);
    return true;
  }

  #block(id: BlockId): IrBlock {
    return must(this.#blocks.get(id), `block ${id}`);
  }

  #predecessorsOf(id: BlockId): Set<BlockId> {
    return must(this.#predecessors.get(id), `predecessors of block ${id}`);
  }
}

const isEmptyJump = (block: IrBlock): boolean =>
  block.instructions.length === 0 && block.terminator.op === 'jump';
