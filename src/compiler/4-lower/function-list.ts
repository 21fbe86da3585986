/** The functions of one BPF program while it is lowered: the entry, then bodies of loops and subprograms. */
import { must } from '../../base/assert.ts';
import type { IrFunction, IrModule } from '../ir.ts';

export class FunctionList {
  readonly #functions: (IrFunction | undefined)[] = [];

  /** A number for a function that is not finished yet. */
  reserve(): number {
    return this.#functions.push(undefined) - 1;
  }

  define(index: number, fn: IrFunction): void {
    this.#functions[index] = fn;
  }

  get count(): number {
    return this.#functions.length;
  }

  finish(): IrModule {
    return { functions: this.#functions.map((fn, index) => must(fn, `function ${index}`)) };
  }
}
