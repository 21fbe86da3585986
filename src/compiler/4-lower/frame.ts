/**
 * What a function of the same program (the body of a loop, a subprogram) gets from its caller: a block on the
 * caller's stack, whose address is its only way to the caller's context, scratch memory and variables. Eight bytes
 * a slot: scalars as values, everything else as an address. The callee is lowered first, so that only what it
 * asked for is handed over.
 */
import type { VariableSymbol } from '../3-check/typed.ts';
import type { Lowering } from './lowering.ts';

export type SlotKey =
  | 'context'
  /** The address from which on scratch memory is free. */
  | 'scratch'
  /** What a callee wants left besides itself: {@link Leave}. */
  | 'leave'
  /** What the function then returns. */
  | 'result'
  /** Where a subprogram writes a result that is no scalar. */
  | 'result-address'
  /** 0, but the verifier does not know. */
  | 'zero'
  /** First number of a range. */
  | 'start'
  /** The frame that the caller itself got: variables of its surroundings stay where they are. */
  | 'outer'
  | VariableSymbol;

/** The function that a loop is in; the action of the probe. */
export const Leave = { function: 1n, probe: 2n } as const;

export const slotSize = 8;

export class Frame {
  readonly #slots = new Map<SlotKey, number>();

  /** The offset of a slot, made when it is first asked for. */
  slot(key: SlotKey): number {
    let offset = this.#slots.get(key);
    if (offset === undefined) {
      offset = this.#slots.size * slotSize;
      this.#slots.set(key, offset);
    }
    return offset;
  }

  /** The offset of a slot that somebody asked for. */
  find(key: SlotKey): number | undefined {
    return this.#slots.get(key);
  }

  get size(): number {
    return this.#slots.size * slotSize;
  }
}

/** How a function that is not the entry came to be. */
export interface Callee {
  readonly kind: 'loop' | 'subprogram';
  readonly frame: Frame;
  /** Number of the parameter that is the frame's address. */
  readonly parameter: number;
  /** The function around the body of a loop. */
  readonly outer?: Lowering;
}
