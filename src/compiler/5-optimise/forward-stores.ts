/**
 * A load from a stack object that reads exactly what was stored (or loaded) there before is that value. Knowledge
 * flows into a block from its only predecessor; joins start empty. Calls that get an object's address forget it.
 */
import { must } from '../../base/assert.ts';
import { flowGraph } from '../ir/graph.ts';
import { stackPointers, touchedObjects } from '../ir/pointers.ts';
import { replaceValues } from '../ir/rewrite.ts';
import type { AccessSize, BlockId, Instruction, IrFunction, StackObjectId, UnaryOp, ValueId } from '../ir.ts';
import { type StackPlace, stackPlaces } from './stack-memory.ts';

interface Known {
  readonly object: StackObjectId;
  readonly offset: number;
  readonly size: AccessSize;
  /** Its low bytes are what memory holds. */
  readonly value: ValueId;
}

type Load = Extract<Instruction, { op: 'load' }>;
const extension = (size: 1 | 2 | 4, signed: boolean): UnaryOp => {
  if (size === 1) return signed ? 'sext8' : 'zext8';
  if (size === 2) return signed ? 'sext16' : 'zext16';
  return signed ? 'sext32' : 'zext32';
};

export function forwardStores(fn: IrFunction): boolean {
  const graph = flowGraph(fn);
  const pointers = stackPointers(fn);
  const placeOf = stackPlaces(fn);
  const replacements = new Map<ValueId, ValueId>();
  const atEnd = new Map<BlockId, readonly Known[]>();
  let changed = false;

  const forget = (known: Known[], place: StackPlace, size: number) =>
    known.filter(
      (k) =>
        k.object !== place.object || k.offset + k.size <= place.offset || place.offset + size <= k.offset,
    );
  const forward = (load: Load, known: readonly Known[], place: StackPlace): Instruction | undefined => {
    const found = known.find(
      (k) => k.object === place.object && k.offset === place.offset && k.size === load.size,
    );
    if (!found) return load;
    changed = true;
    if (load.size !== 8)
      return {
        op: 'unary',
        operator: extension(load.size, load.signed),
        result: load.result,
        a: found.value,
      };
    replacements.set(load.result, found.value);
    return undefined;
  };

  for (const id of graph.order) {
    const [from, ...others] = graph.predecessors.get(id) ?? [];
    let known: Known[] = from !== undefined && others.length === 0 ? [...(atEnd.get(from) ?? [])] : [];
    const block = must(graph.block.get(id), `block ${id}`);
    const out: Instruction[] = [];
    for (const i of block.instructions) {
      const place = i.op === 'load' || i.op === 'store' ? placeOf(i.base, i.offset) : undefined;
      const tracked = place && !pointers.escaped.has(place.object) ? place : undefined;
      if (i.op === 'load') {
        const result = tracked ? forward(i, known, tracked) : i;
        if (result) out.push(result);
        if (result === i && tracked) known.push({ ...tracked, size: i.size, value: i.result });
        continue;
      }
      out.push(i);
      if (i.op === 'store' && tracked) {
        known = [...forget(known, tracked, i.size), { ...tracked, size: i.size, value: i.value }];
      } else {
        const touched = touchedObjects(i, pointers);
        if (touched.size > 0) known = known.filter((k) => !touched.has(k.object));
      }
    }
    block.instructions = out;
    atEnd.set(id, known);
  }
  replaceValues(fn, replacements);
  return changed;
}
