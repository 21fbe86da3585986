/**
 * A look-up that repeats one that was made on every way to it, with the same key and nothing in between that adds or
 * removes elements, gives the same pointer: `/@start[tid]/ { … nsecs - @start[tid] … }` looks once. An element that
 * another CPU deletes meanwhile stays readable for as long as the program runs, as it does after any look-up.
 */
import { must } from '../../base/assert.ts';
import { type FlowGraph, flowGraph } from '../ir/graph.ts';
import { mapEffect, mapLookup } from '../ir/helper-effects.ts';
import { replaceValues } from '../ir/rewrite.ts';
import { definitionsOf } from '../ir/uses.ts';
import type { BlockId, Instruction, IrFunction, ValueId } from '../ir.ts';
import { filledObjects } from './filled-objects.ts';

/** A look-up that can be repeated: which, and of what. */
interface LookUp {
  readonly result: ValueId;
  readonly map: number;
  readonly key: string;
}

export function reuseLookups(fn: IrFunction): boolean {
  const lookUps = repeatableLookUps(fn);
  if (new Set([...lookUps.values()].map(({ key }) => key)).size === lookUps.size) return false;
  const graph = flowGraph(fn);
  const mapOf = mapNumbers(fn);
  const atEnd = availableLookUps(graph, lookUps, mapOf);
  const replaced = new Map<ValueId, ValueId>();
  const dropped = new Set<Instruction>();
  for (const id of graph.order) {
    const available = new Map(atStart(id, graph, atEnd));
    for (const i of must(graph.block.get(id), `block ${id}`).instructions) {
      const here = lookUps.get(i);
      const before = here && available.get(here.key);
      if (here !== undefined && before !== undefined) {
        replaced.set(here.result, before.result);
        dropped.add(i);
      } else step(i, available, here, mapOf);
    }
  }
  for (const block of fn.blocks) block.instructions = block.instructions.filter((i) => !dropped.has(i));
  return replaceValues(fn, replaced);
}

/** Those with a key on the stack that does not change once it is there. */
function repeatableLookUps(fn: IrFunction): ReadonlyMap<Instruction, LookUp> {
  const filled = new Set(filledObjects(fn).map(({ object }) => object));
  const definitions = definitionsOf(fn);
  const found = new Map<Instruction, LookUp>();
  for (const { instructions } of fn.blocks) {
    for (const i of instructions) {
      if (i.op !== 'call' || i.helper !== mapLookup) continue;
      const [map, key] = i.args.map((value) => definitions.get(value)?.instruction);
      if (map?.op !== 'map' || key?.op !== 'stack-address' || !filled.has(key.object)) continue;
      found.set(i, { result: i.result, map: map.map, key: `${map.map} ${key.object}` });
    }
  }
  return found;
}

type Available = ReadonlyMap<string, LookUp>;

/** By block, what is known at its end; found by iteration, starting from "everything" for blocks not yet seen. */
function availableLookUps(
  graph: FlowGraph,
  lookUps: ReadonlyMap<Instruction, LookUp>,
  mapOf: (value: ValueId) => number | undefined,
): ReadonlyMap<BlockId, Available> {
  const atEnd = new Map<BlockId, Available>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of graph.order) {
      const available = new Map(atStart(id, graph, atEnd));
      for (const i of must(graph.block.get(id), `block ${id}`).instructions)
        step(i, available, lookUps.get(i), mapOf);
      if (same(atEnd.get(id), available)) continue;
      atEnd.set(id, available);
      changed = true;
    }
  }
  return atEnd;
}

/** What all predecessors agree on. */
function atStart(id: BlockId, graph: FlowGraph, atEnd: ReadonlyMap<BlockId, Available>): Available {
  const [first, ...others] = (graph.predecessors.get(id) ?? []).flatMap((from) => atEnd.get(from) ?? []);
  if (first === undefined || id === graph.entry) return new Map();
  return new Map(
    [...first].filter(([key, { result }]) => others.every((other) => other.get(key)?.result === result)),
  );
}

function step(
  i: Instruction,
  available: Map<string, LookUp>,
  here: LookUp | undefined,
  mapOf: (value: ValueId) => number | undefined,
): void {
  if (here !== undefined && !available.has(here.key)) available.set(here.key, here);
  const effect = mapEffect(i);
  if (effect === 'none') return;
  const map = effect === 'first-argument' && i.op === 'call' ? mapOf(must(i.args[0], 'map')) : undefined;
  for (const [key, one] of available) if (map === undefined || one.map === map) available.delete(key);
}

function mapNumbers(fn: IrFunction): (value: ValueId) => number | undefined {
  const definitions = definitionsOf(fn);
  return (value) => {
    const i = definitions.get(value)?.instruction;
    return i?.op === 'map' ? i.map : undefined;
  };
}

function same(a: Available | undefined, b: Available): boolean {
  return (
    a !== undefined && a.size === b.size && [...b].every(([key, one]) => a.get(key)?.result === one.result)
  );
}
