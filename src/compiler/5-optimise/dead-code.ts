/**
 * Instructions whose result nobody needs, circular phis included: what is needed is marked from effects and
 * terminators backwards, the rest goes. An atomic whose old value is not needed becomes the plain form, which
 * costs less and exists in older kernels.
 */

import { hasEffect, operandsOf, resultOf, terminatorOperands } from '../ir/instruction.ts';
import { definitionsOf } from '../ir/uses.ts';
import type { Instruction, IrFunction, ValueId } from '../ir.ts';

export function removeDeadCode(fn: IrFunction): boolean {
  const needed = neededValues(fn);
  let changed = false;
  for (const block of fn.blocks) {
    const kept = block.instructions.filter((i) => hasEffect(i) || isNeeded(i, needed));
    if (kept.length < block.instructions.length) changed = true;
    block.instructions = kept.map((i) => {
      const plain = withoutResult(i, needed);
      if (plain !== i) changed = true;
      return plain;
    });
  }
  return changed;
}

function neededValues(fn: IrFunction): Set<ValueId> {
  const definitions = definitionsOf(fn);
  const needed = new Set<ValueId>();
  for (const block of fn.blocks) {
    for (const i of block.instructions)
      if (hasEffect(i)) for (const value of operandsOf(i)) needed.add(value);
    for (const value of terminatorOperands(block.terminator)) needed.add(value);
  }
  // A Set may grow while it is iterated.
  for (const value of needed) {
    const definition = definitions.get(value);
    if (definition) for (const operand of operandsOf(definition.instruction)) needed.add(operand);
  }
  return needed;
}

function isNeeded(i: Instruction, needed: ReadonlySet<ValueId>): boolean {
  const result = resultOf(i);
  return result !== undefined && needed.has(result);
}

function withoutResult(i: Instruction, needed: ReadonlySet<ValueId>): Instruction {
  if (i.op !== 'atomic' || i.result === undefined || needed.has(i.result)) return i;
  const { result: _unused, ...plain } = i;
  return plain;
}
