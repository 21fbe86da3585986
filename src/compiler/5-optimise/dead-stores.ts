/**
 * Stores to stack objects that nobody reads: not before the bytes are written again in the same block, or not at
 * all on any way onwards. A call that may see the object counts as reading all of it.
 */
import { must } from '../../base/assert.ts';
import { getOrCreate } from '../../base/collections.ts';
import { type FlowGraph, flowGraph } from '../ir/graph.ts';
import { type StackPointers, stackPointers, touchedObjects } from '../ir/pointers.ts';
import { Regions } from '../ir/region.ts';
import type { BlockId, Instruction, IrFunction, StackObjectId } from '../ir.ts';
import { stackPlaces } from './stack-memory.ts';

export function removeDeadStores(fn: IrFunction): boolean {
  if (fn.stackObjects.length === 0) return false;
  const graph = flowGraph(fn);
  const pointers = stackPointers(fn);
  const readLater = objectsReadLater(graph, pointers);
  const placeOf = stackPlaces(fn);
  let changed = false;
  for (const id of graph.order) {
    const block = must(graph.block.get(id), `block ${id}`);
    const readHere = new Set<StackObjectId>();
    /** Bytes of each object that are written further down before anything reads the object. */
    const overwritten = new Map<StackObjectId, Set<number>>();
    const kept: Instruction[] = [];
    for (const i of [...block.instructions].reverse()) {
      const place = i.op === 'store' ? placeOf(i.base, i.offset) : undefined;
      if (i.op !== 'store' || !place || pointers.escaped.has(place.object)) {
        for (const object of readObjects(i, pointers)) {
          readHere.add(object);
          overwritten.delete(object);
        }
        kept.push(i);
        continue;
      }
      const later = getOrCreate(overwritten, place.object, () => new Set<number>());
      const bytes = Array.from({ length: i.size }, (_, n) => place.offset + n);
      const isRead = readHere.has(place.object) || readLater(id, place.object);
      if (!isRead || bytes.every((byte) => later.has(byte))) changed = true;
      else {
        for (const byte of bytes) later.add(byte);
        kept.push(i);
      }
    }
    block.instructions = kept.reverse();
  }
  return changed;
}

/** Stores through an inexact address only write: they neither need nor cover anything. */
function readObjects(i: Instruction, pointers: StackPointers): ReadonlySet<StackObjectId> {
  return i.op === 'store' ? new Set() : touchedObjects(i, pointers);
}

/** Tells whether an object is read in a block that comes after this one on some way. */
function objectsReadLater(
  graph: FlowGraph,
  pointers: StackPointers,
): (id: BlockId, object: StackObjectId) => boolean {
  const regions = new Regions(graph);
  const touched = new Map<StackObjectId, { readonly reads: Set<BlockId>; readonly all: Set<BlockId> }>();
  for (const id of graph.order) {
    for (const i of must(graph.block.get(id), `block ${id}`).instructions) {
      const reads = readObjects(i, pointers);
      for (const object of touchedObjects(i, pointers)) {
        const found = getOrCreate(touched, object, () => ({ reads: new Set(), all: new Set() }));
        found.all.add(id);
        if (reads.has(object)) found.reads.add(id);
      }
    }
  }
  const before = new Map<StackObjectId, ReadonlySet<BlockId>>();
  return (id, object) => {
    if (pointers.escaped.has(object)) return true;
    const { reads, all } = touched.get(object) ?? { reads: [], all: [] };
    return getOrCreate(before, object, () => regions.reachable(reads, all, 'backward')).has(id);
  };
}
