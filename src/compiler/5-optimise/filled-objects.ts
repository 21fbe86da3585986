/**
 * Stack objects that are filled once and only read from then on, as keys are: all stores to one lie in one block,
 * in front of every reader, no byte is stored twice, and nobody who gets its address writes to it.
 */
import { getOrCreate } from '../../base/collections.ts';
import { Dominators, flowGraph } from '../ir/graph.ts';
import { onlyReadsMemory } from '../ir/helper-effects.ts';
import { isCall } from '../ir/instruction.ts';
import { stackPointers, touchedObjects } from '../ir/pointers.ts';
import type { BlockId, Instruction, IrFunction, StackObjectId } from '../ir.ts';
import { stackPlaces } from './stack-memory.ts';

type Store = Extract<Instruction, { op: 'store' }>;

export interface FilledObject {
  readonly object: StackObjectId;
  readonly block: BlockId;
  /** Index of the last store in the block. */
  readonly filledAt: number;
  readonly stores: readonly Store[];
  /** Equal for objects that hold the same bytes: the values are in single assignment. */
  readonly contents: string;
}

interface Access {
  readonly block: BlockId;
  readonly index: number;
}

interface Seen {
  readonly stores: (Access & { readonly store: Store; readonly offset: number })[];
  readonly readers: Access[];
  spoiled: boolean;
}

export function filledObjects(fn: IrFunction): readonly FilledObject[] {
  const dominators = new Dominators(flowGraph(fn));
  const before = (a: Access, b: Access) =>
    a.block === b.block ? a.index < b.index : dominators.dominates(a.block, b.block);
  return [...accesses(fn)].flatMap(([object, { stores, readers, spoiled }]) => {
    const last = stores.at(-1);
    if (spoiled || last === undefined || overlap(stores)) return [];
    if (stores.some(({ block }) => block !== last.block)) return [];
    if (!readers.every((reader) => before(last, reader))) return [];
    const contents = stores
      .map(({ offset, store }) => `${offset} ${store.size} ${store.value}`)
      .sort()
      .join(', ');
    const { block, index } = last;
    return [{ object, block, filledAt: index, stores: stores.map(({ store }) => store), contents }];
  });
}

function accesses(fn: IrFunction): ReadonlyMap<StackObjectId, Seen> {
  const pointers = stackPointers(fn);
  const placeOf = stackPlaces(fn);
  const seen = new Map<StackObjectId, Seen>();
  const of = (object: StackObjectId) =>
    getOrCreate(seen, object, () => ({
      stores: [],
      readers: [],
      spoiled: pointers.escaped.has(object),
    }));
  for (const { id: block, instructions } of fn.blocks) {
    for (const [index, i] of instructions.entries()) {
      const place = i.op === 'store' ? placeOf(i.base, i.offset) : undefined;
      if (i.op === 'store' && place !== undefined) {
        of(place.object).stores.push({ block, index, store: i, offset: place.offset });
        continue;
      }
      for (const object of touchedObjects(i, pointers)) {
        of(object).readers.push({ block, index });
        if (!reads(i)) of(object).spoiled = true;
      }
    }
  }
  return seen;
}

function reads(i: Instruction): boolean {
  if (isCall(i)) return i.op === 'call' && onlyReadsMemory(i);
  return i.op === 'load';
}

function overlap(stores: Seen['stores']): boolean {
  const bytes = stores.flatMap(({ offset, store }) =>
    Array.from({ length: store.size }, (_, n) => offset + n),
  );
  return new Set(bytes).size < bytes.length;
}
