/** Exact places in stack objects, for the passes that follow memory: which object, which bytes of it. */

import { definitionsOf } from '../ir/uses.ts';
import type { IrFunction, StackObjectId, ValueId } from '../ir.ts';

export interface StackPlace {
  readonly object: StackObjectId;
  readonly offset: number;
}

/** Finds the place that an address plus an offset names; undefined when it is no constant place on the stack. */
export function stackPlaces(fn: IrFunction): (base: ValueId, offset: number) => StackPlace | undefined {
  const definitions = definitionsOf(fn);
  return (base, offset) => {
    let [value, total] = [base, BigInt(offset)];
    for (;;) {
      const i = definitions.get(value)?.instruction;
      if (i?.op === 'stack-address') return { object: i.object, offset: Number(total) };
      if (i?.op !== 'binary' || i.operator !== 'add' || i.width !== 64) return undefined;
      const by = definitions.get(i.b)?.instruction;
      if (by?.op !== 'const') return undefined;
      total += BigInt.asIntN(64, by.value);
      value = i.a;
    }
  };
}
