/**
 * BPF has no jump table before Linux 6.19, so a switch becomes a balanced tree of comparisons: neighbouring values
 * that lead to the same block form one range, a range in the middle of the tree costs one comparison, and the
 * bounds learned on the way down are not tested again.
 */
import { must } from '../../base/assert.ts';
import { freshBlock, freshValue } from '../ir/ids.ts';
import { isPhi, successorsOf } from '../ir/instruction.ts';
import type { BlockId, CompareOp, Instruction, IrBlock, IrFunction, Terminator, ValueId } from '../ir.ts';

interface Range {
  readonly low: bigint;
  /** Inclusive. */
  readonly high: bigint;
  readonly target: BlockId;
}

type Switch = Extract<Terminator, { op: 'switch' }>;
const maximum = 2n ** 64n - 1n;

export function expandSwitches(fn: IrFunction): void {
  for (const block of [...fn.blocks]) {
    if (block.terminator.op === 'switch') new Tree(fn, block, block.terminator).build();
  }
}

/** Sorted, the first of equal cases winning, gaps left out, neighbours with one target merged. */
function rangesOf(terminator: Switch): Range[] {
  const first = new Map<bigint, BlockId>();
  for (const { match, target } of terminator.cases) {
    const value = BigInt.asUintN(64, match);
    if (!first.has(value)) first.set(value, target);
  }
  const ranges: Range[] = [];
  for (const [value, target] of [...first].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const last = ranges.at(-1);
    if (target === terminator.otherwise) continue;
    if (last && last.target === target && last.high + 1n === value)
      ranges[ranges.length - 1] = { ...last, high: value };
    else ranges.push({ low: value, high: value, target });
  }
  return ranges;
}

class Tree {
  readonly #fn: IrFunction;
  readonly #root: IrBlock;
  readonly #switch: Switch;
  /** New predecessors of each old target. */
  readonly #arrivals = new Map<BlockId, Set<BlockId>>();

  constructor(fn: IrFunction, root: IrBlock, terminator: Switch) {
    this.#fn = fn;
    this.#root = root;
    this.#switch = terminator;
  }

  build(): void {
    const ranges = rangesOf(this.#switch);
    this.#root.terminator = this.#decide(this.#root, ranges, 0n, maximum);
    for (const target of successorsOf(this.#switch)) this.#adaptPhis(target);
  }

  /** How `block` ends so that it decides among `ranges`, knowing low ≤ value ≤ high. */
  #decide(block: IrBlock, ranges: readonly Range[], low: bigint, high: bigint): Terminator {
    if (ranges.length > 1) {
      const middle = ranges.length >> 1;
      const pivot = must(ranges[middle], 'range').low;
      const below = this.#subtree(block, ranges.slice(0, middle), low, pivot - 1n);
      const above = this.#subtree(block, ranges.slice(middle), pivot, high);
      return this.#branch(block, 'ge', pivot, above, below);
    }
    const range = ranges[0];
    const otherwise = this.#switch.otherwise;
    if (!range) return this.#jump(block, otherwise);
    if (range.low <= low && range.high >= high) return this.#jump(block, range.target);
    if (range.low === range.high) return this.#branch(block, 'eq', range.low, range.target, otherwise);
    if (range.low <= low) return this.#branch(block, 'le', range.high, range.target, otherwise);
    if (range.high >= high) return this.#branch(block, 'ge', range.low, range.target, otherwise);
    const upper = this.#newBlock();
    upper.terminator = this.#branch(upper, 'le', range.high, range.target, otherwise);
    return this.#branch(block, 'ge', range.low, upper.id, otherwise);
  }

  /** A block that decides among `ranges`, or their target where there is nothing to decide. */
  #subtree(from: IrBlock, ranges: readonly Range[], low: bigint, high: bigint): BlockId {
    const only = ranges.length === 1 ? ranges[0] : undefined;
    if (only && only.low <= low && only.high >= high) return this.#arrive(only.target, from.id);
    const block = this.#newBlock();
    block.terminator = this.#decide(block, ranges, low, high);
    return block.id;
  }

  #newBlock(): IrBlock {
    const block: IrBlock = { id: freshBlock(this.#fn), instructions: [], terminator: this.#root.terminator };
    this.#fn.blocks.push(block);
    return block;
  }

  #branch(block: IrBlock, operator: CompareOp, match: bigint, then: BlockId, otherwise: BlockId): Terminator {
    const b: ValueId = freshValue(this.#fn);
    const span = this.#switch.span ? { span: this.#switch.span } : {};
    const constant: Instruction = { op: 'const', result: b, value: BigInt.asIntN(64, match), ...span };
    block.instructions.push(constant);
    for (const target of [then, otherwise]) this.#arrive(target, block.id);
    return {
      op: 'branch',
      operator,
      width: 64,
      a: this.#switch.value,
      b,
      then,
      otherwise,
      ...span,
    };
  }

  #jump(block: IrBlock, target: BlockId): Terminator {
    return { op: 'jump', target: this.#arrive(target, block.id) };
  }

  #arrive(target: BlockId, from: BlockId): BlockId {
    const known = this.#arrivals.get(target) ?? new Set();
    this.#arrivals.set(target, known.add(from));
    return target;
  }

  /** The one entry for the switch becomes an entry for each new predecessor. */
  #adaptPhis(target: BlockId): void {
    const block = must(
      this.#fn.blocks.find((b) => b.id === target),
      `block ${target}`,
    );
    const arrivals = this.#arrivals.get(target) ?? new Set();
    block.instructions = block.instructions.map((i) => {
      if (!isPhi(i)) return i;
      const incoming = i.incoming.flatMap((entry) =>
        entry.block === this.#root.id
          ? [...arrivals].map((from) => ({ block: from, value: entry.value }))
          : [entry],
      );
      return { ...i, incoming };
    });
  }
}
