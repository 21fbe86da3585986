/** Passes rewrite functions in place; whoever keeps the original takes a copy. Instructions are immutable and shared. */
import type { IrFunction, IrModule } from '../ir.ts';

export function cloneFunction(fn: IrFunction): IrFunction {
  return {
    ...fn,
    stackObjects: [...fn.stackObjects],
    blocks: fn.blocks.map((block) => ({ ...block, instructions: [...block.instructions] })),
  };
}

export function cloneIr(module: IrModule): IrModule {
  return { functions: module.functions.map(cloneFunction) };
}
