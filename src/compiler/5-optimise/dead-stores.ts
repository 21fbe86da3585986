/**
 * Stores to stack objects that nobody reads: not before the bytes are written again in the same block, or not at
 * all on any way onwards. A call that may see the object counts as reading all of it.
 */
import { must } from '../../base/assert.ts';
import { getOrCreate } from '../../base/collections.ts';
import { type FlowGraph, flowGraph } from '../ir/graph.ts';
import { successorsOf } from '../ir/instruction.ts';
import { type StackPointers, stackPointers, touchedObjects } from '../ir/pointers.ts';
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
    const live = new Set(readLater.get(id));
    /** Bytes of each object that are written further down before anything reads the object. */
    const overwritten = new Map<StackObjectId, Set<number>>();
    const kept: Instruction[] = [];
    for (const i of [...block.instructions].reverse()) {
      const place = i.op === 'store' ? placeOf(i.base, i.offset) : undefined;
      if (i.op !== 'store' || !place || pointers.escaped.has(place.object)) {
        for (const object of readObjects(i, pointers)) {
          live.add(object);
          overwritten.delete(object);
        }
        kept.push(i);
        continue;
      }
      const later = getOrCreate(overwritten, place.object, () => new Set<number>());
      const bytes = Array.from({ length: i.size }, (_, n) => place.offset + n);
      if (!live.has(place.object) || bytes.every((byte) => later.has(byte))) changed = true;
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

function objectsReadLater(graph: FlowGraph, pointers: StackPointers): Map<BlockId, Set<StackObjectId>> {
  const reads = new Map<BlockId, Set<StackObjectId>>();
  for (const id of graph.order) {
    const found = getOrCreate(reads, id, () => new Set());
    for (const i of must(graph.block.get(id), `block ${id}`).instructions) {
      for (const object of readObjects(i, pointers)) found.add(object);
    }
  }
  const later = new Map<BlockId, Set<StackObjectId>>(
    graph.order.map((id) => [id, new Set(pointers.escaped)]),
  );
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of [...graph.order].reverse()) {
      const set = getOrCreate(later, id, () => new Set());
      const before = set.size;
      for (const next of successorsOf(must(graph.block.get(id), `block ${id}`).terminator)) {
        for (const object of reads.get(next) ?? []) set.add(object);
        for (const object of later.get(next) ?? []) set.add(object);
      }
      if (set.size > before) changed = true;
    }
  }
  return later;
}
