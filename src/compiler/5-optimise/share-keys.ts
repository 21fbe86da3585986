/**
 * A key that is the same as one in memory already is not built again: `@start[tid]` in the predicate, in the body and
 * in `delete` is stored once. Holds where the first one is filled on every way to the second.
 */
import { getOrCreate } from '../../base/collections.ts';
import { Dominators, flowGraph } from '../ir/graph.ts';
import type { Instruction, IrFunction, StackObjectId } from '../ir.ts';
import { type FilledObject, filledObjects } from './filled-objects.ts';

export function shareKeys(fn: IrFunction): boolean {
  if (fn.stackObjects.length < 2) return false;
  const instead = replacements(fn);
  if (instead.size === 0) return false;
  const dropped = new Set<Instruction>([...instead].flatMap(([{ stores }]) => stores));
  const objects = new Map<StackObjectId, StackObjectId>(
    [...instead].map(([{ object }, first]) => [object, first.object]),
  );
  for (const block of fn.blocks) {
    block.instructions = block.instructions
      .filter((i) => !dropped.has(i))
      .map((i) => (i.op === 'stack-address' ? { ...i, object: objects.get(i.object) ?? i.object } : i));
  }
  return true;
}

/** In the order of the flow, so that what replaces another is not replaced itself. */
function replacements(fn: IrFunction): ReadonlyMap<FilledObject, FilledObject> {
  const graph = flowGraph(fn);
  const dominators = new Dominators(graph);
  const sizes = new Map(fn.stackObjects.map(({ id, size }) => [id, size]));
  const position = new Map(graph.order.map((id, index) => [id, index]));
  const inOrder = filledObjects(fn)
    .filter(({ block }) => position.has(block))
    .sort((a, b) => position.get(a.block)! - position.get(b.block)! || a.filledAt - b.filledAt);
  const kept = new Map<string, FilledObject[]>();
  const instead = new Map<FilledObject, FilledObject>();
  for (const one of inOrder) {
    const same = getOrCreate(kept, `${sizes.get(one.object)}: ${one.contents}`, () => []);
    const first = same.find((earlier) => isBefore(earlier, one, dominators));
    if (first === undefined) same.push(one);
    else instead.set(one, first);
  }
  return instead;
}

function isBefore(a: FilledObject, b: FilledObject, dominators: Dominators): boolean {
  return a.block === b.block ? a.filledAt < b.filledAt : dominators.dominates(a.block, b.block);
}
