/**
 * Which stack object a value may point into. Addresses are followed through arithmetic, phis and local calls; an
 * address that is itself stored in memory, compared or returned "escapes" and may come back from anywhere.
 */
import type { Instruction, IrFunction, StackObjectId, ValueId } from '../ir.ts';
import { isCall, operandsOf, resultOf, terminatorOperands } from './instruction.ts';

export interface StackPointers {
  /** Objects that a value may point into; absent for other values. */
  readonly objects: ReadonlyMap<ValueId, ReadonlySet<StackObjectId>>;
  /** Objects whose address lies in memory: any access or call may touch them. */
  readonly escaped: ReadonlySet<StackObjectId>;
}

const empty: ReadonlySet<StackObjectId> = new Set();

export function stackPointers(fn: IrFunction): StackPointers {
  const objects = new Map<ValueId, Set<StackObjectId>>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of fn.blocks) {
      for (const instruction of block.instructions) {
        if (propagate(instruction, objects)) changed = true;
      }
    }
  }
  const escaped = new Set<StackObjectId>();
  const markEscaped = (value: ValueId | undefined) => {
    for (const object of (value !== undefined && objects.get(value)) || empty) escaped.add(object);
  };
  for (const block of fn.blocks) {
    for (const i of block.instructions) {
      if (i.op === 'store') markEscaped(i.value);
      else if (i.op === 'atomic') for (const value of [i.value, i.expected]) markEscaped(value);
      else if (i.op === 'compare' || i.op === 'unary') for (const value of operandsOf(i)) markEscaped(value);
    }
    for (const value of terminatorOperands(block.terminator)) markEscaped(value);
  }
  return { objects, escaped };
}

/** Adds to the objects of the instruction's result; true when that taught something. */
function propagate(i: Instruction, objects: Map<ValueId, Set<StackObjectId>>): boolean {
  const result = resultOf(i);
  if (result === undefined) return false;
  const found = new Set<StackObjectId>();
  if (i.op === 'stack-address') found.add(i.object);
  else if (i.op === 'binary' || i.op === 'phi' || i.op === 'call-local') {
    for (const value of operandsOf(i)) for (const object of objects.get(value) ?? empty) found.add(object);
  }
  const known = objects.get(result);
  if (found.size === (known?.size ?? 0)) return false;
  objects.set(result, found);
  return true;
}

/** Objects whose contents `i` may read or write. */
export function touchedObjects(i: Instruction, pointers: StackPointers): ReadonlySet<StackObjectId> {
  if (i.op === 'load' || i.op === 'store' || i.op === 'atomic')
    return pointers.objects.get(i.base) ?? pointers.escaped;
  if (!isCall(i)) return empty;
  const touched = new Set(pointers.escaped);
  for (const value of operandsOf(i))
    for (const object of pointers.objects.get(value) ?? empty) touched.add(object);
  return touched;
}
