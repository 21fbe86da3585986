/** The functions of one BPF program while it is lowered: the entry, then bodies of loops and subprograms. */
import { must } from '../../base/assert.ts';
import type { CheckedFunction } from '../3-check/typed.ts';
import type { IrFunction, IrModule } from '../ir.ts';
import type { Frame } from './frame.ts';

export interface LoweredSubprogram {
  readonly index: number;
  readonly frame: Frame;
  readonly scratchNeeded: number;
}

export class FunctionList {
  /** Names of the other functions begin with it. */
  readonly entryName: string;
  readonly #functions: (IrFunction | undefined)[] = [undefined];
  readonly #shared = new Map<string, number>();
  readonly #subprograms = new Map<CheckedFunction, LoweredSubprogram>();

  constructor(entryName: string) {
    this.entryName = entryName;
  }

  /** A number for a function that is not finished yet. The entry has 0. */
  reserve(): number {
    return this.#functions.push(undefined) - 1;
  }

  define(index: number, fn: IrFunction): void {
    this.#functions[index] = fn;
  }

  /** Lowered at its first call. */
  subprogram(fn: CheckedFunction, lower: () => LoweredSubprogram): LoweredSubprogram {
    let lowered = this.#subprograms.get(fn);
    if (lowered === undefined) {
      lowered = lower();
      this.#subprograms.set(fn, lowered);
    }
    return lowered;
  }

  /** The function that `make` makes, made once for a key. */
  shared(key: string, make: () => IrFunction): number {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const index = this.reserve();
    this.#shared.set(key, index);
    this.define(index, make());
    return index;
  }

  finish(): IrModule {
    return { functions: this.#functions.map((fn, index) => must(fn, `function ${index}`)) };
  }
}
