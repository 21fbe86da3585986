/** A phi whose entries are all one value (or the phi itself) is that value. */

import { phisOf, replaceValues, resolver } from '../ir/rewrite.ts';
import type { IrFunction, ValueId } from '../ir.ts';

export function simplifyPhis(fn: IrFunction): boolean {
  const replacements = new Map<ValueId, ValueId>();
  const resolve = resolver(replacements);
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of fn.blocks) {
      for (const phi of phisOf(block)) {
        if (replacements.has(phi.result)) continue;
        const values = new Set(phi.incoming.map((entry) => resolve(entry.value)));
        values.delete(phi.result);
        const [only] = values;
        if (values.size !== 1 || only === undefined) continue;
        replacements.set(phi.result, only);
        changed = true;
      }
    }
  }
  for (const block of fn.blocks) {
    block.instructions = block.instructions.filter((i) => i.op !== 'phi' || !replacements.has(i.result));
  }
  return replaceValues(fn, replacements);
}
