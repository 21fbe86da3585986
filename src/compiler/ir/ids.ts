/**
 * The only place where a plain number becomes an id of the intermediate form. Ids are handed out by counters of
 * the function they belong to, so a cast elsewhere would be a value that no function knows.
 */
import type { BlockId, IrFunction, StackObjectId, ValueId } from '../ir.ts';

// The casts below are what the brands exist for: everything else gets its ids from here.
export const valueId = (n: number): ValueId => n as ValueId;
export const blockId = (n: number): BlockId => n as BlockId;
export const stackObjectId = (n: number): StackObjectId => n as StackObjectId;

/** A value of `fn` that nothing defines yet. */
export function freshValue(fn: IrFunction): ValueId {
  return valueId(fn.nextValue++);
}

/** A block id of `fn` that is not used yet. */
export function freshBlock(fn: IrFunction): BlockId {
  return blockId(fn.nextBlock++);
}
