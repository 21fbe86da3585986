/**
 * Places stack objects below r10. Objects that are never in use at the same time share their bytes: an object is
 * in use between the first and the last instruction that may touch it, along every path. What has escaped (its
 * address lies in memory) is in use everywhere.
 */
import { must } from '../../base/assert.ts';
import { getOrCreate } from '../../base/collections.ts';
import { type FlowGraph, flowGraph } from '../ir/graph.ts';
import { stackPointers, touchedObjects } from '../ir/pointers.ts';
import { Regions } from '../ir/region.ts';
import type { BlockId, IrFunction, StackObject, StackObjectId } from '../ir.ts';

export interface FrameLayout {
  /** Offset from r10, negative. */
  readonly offsets: ReadonlyMap<StackObjectId, number>;
  /** Bytes below r10, a multiple of 8. */
  readonly size: number;
}

export function layoutFrame(fn: IrFunction): FrameLayout {
  const graph = flowGraph(fn);
  const lifetimes = lifetimesOf(fn, graph);
  const offsets = new Map<StackObjectId, number>();
  /** What is placed already, by block. */
  const placed = new Map<BlockId, Placed[]>();
  // Large and strictly aligned ones first: small ones fill what is left.
  const order = fn.stackObjects
    .filter((object) => lifetimes.has(object.id))
    .sort((a, b) => b.align - a.align || b.size - a.size || a.id - b.id);
  let size = 0;
  for (const object of order) {
    const spans = must(lifetimes.get(object.id), 'lifetime');
    const offset = firstGap(object, conflicts(spans, placed));
    offsets.set(object.id, offset);
    for (const [block, span] of spans) {
      getOrCreate(placed, block, () => []).push({ low: offset, size: object.size, span });
    }
    size = Math.max(size, -offset);
  }
  return { offsets, size: (size + 7) & ~7 };
}

/** The highest offset at which `object` overlaps none of `taken`. */
function firstGap(object: StackObject, taken: readonly { low: number; size: number }[]): number {
  let offset = alignDown(-object.size, object.align);
  for (const other of [...taken].sort((a, b) => b.low - a.low)) {
    const overlaps = offset < other.low + other.size && other.low < offset + object.size;
    if (overlaps) offset = alignDown(other.low - object.size, object.align);
  }
  return offset;
}

const alignDown = (offset: number, align: number): number => Math.floor(offset / align) * align;

/** Positions within a block; 0 is its start, `Infinity` its end. */
interface Span {
  readonly from: number;
  readonly to: number;
}
type Lifetimes = ReadonlyMap<StackObjectId, ReadonlyMap<BlockId, Span>>;

interface Placed {
  readonly low: number;
  readonly size: number;
  readonly span: Span;
}

/** Objects in use at a time when one with these spans is. */
function conflicts(
  spans: ReadonlyMap<BlockId, Span>,
  placed: ReadonlyMap<BlockId, readonly Placed[]>,
): Placed[] {
  const found: Placed[] = [];
  for (const [block, x] of spans) {
    for (const other of placed.get(block) ?? []) {
      if (x.from <= other.span.to && other.span.from <= x.to) found.push(other);
    }
  }
  return found;
}

/** Objects that nothing touches are absent. */
function lifetimesOf(fn: IrFunction, graph: FlowGraph): Lifetimes {
  const pointers = stackPointers(fn);
  const touches = new Map<StackObjectId, Map<BlockId, Span>>();
  for (const id of graph.order) {
    must(graph.block.get(id), `block ${id}`).instructions.forEach((instruction, index) => {
      for (const object of touchedObjects(instruction, pointers)) {
        const spans = getOrCreate(touches, object, () => new Map<BlockId, Span>());
        spans.set(id, { from: spans.get(id)?.from ?? index, to: index });
      }
    });
  }
  const lifetimes = new Map<StackObjectId, ReadonlyMap<BlockId, Span>>();
  const regions = new Regions(graph);
  const named = new Set([...pointers.objects.values()].flatMap((set) => [...set]));
  for (const object of fn.stackObjects) {
    const spans = touches.get(object.id);
    if (pointers.escaped.has(object.id)) lifetimes.set(object.id, everywhere(graph));
    else if (spans) lifetimes.set(object.id, extend(spans, regions));
    else if (named.has(object.id)) lifetimes.set(object.id, new Map());
  }
  return lifetimes;
}

const everywhere = (graph: FlowGraph): Map<BlockId, Span> =>
  new Map(graph.order.map((id) => [id, { from: 0, to: Number.POSITIVE_INFINITY }]));

/** From the blocks that touch an object to all points between two touches. */
function extend(touches: ReadonlyMap<BlockId, Span>, regions: Regions): Map<BlockId, Span> {
  const touchedBefore = regions.reachable(touches.keys(), touches.keys(), 'forward');
  const touchedAfter = regions.reachable(touches.keys(), touches.keys(), 'backward');
  const spans = new Map<BlockId, Span>();
  for (const id of new Set([...touches.keys(), ...touchedBefore])) {
    const touch = touches.get(id);
    const [before, after] = [touchedBefore.has(id), touchedAfter.has(id)];
    if (!touch && !(before && after)) continue;
    spans.set(id, {
      from: before || !touch ? 0 : touch.from,
      to: after || !touch ? Number.POSITIVE_INFINITY : touch.to,
    });
  }
  return spans;
}
