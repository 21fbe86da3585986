/** Who defines and who reads each value of a function. A snapshot: take it again after rewriting. */
import { getOrCreate } from '../../base/collections.ts';
import type { BlockId, Instruction, IrBlock, IrFunction, Terminator, ValueId } from '../ir.ts';
import { operandsOf, resultOf, terminatorOperands } from './instruction.ts';

export interface Definition {
  readonly block: BlockId;
  readonly instruction: Instruction;
  readonly index: number;
}

export interface Use {
  readonly block: IrBlock;
  readonly user: Instruction | Terminator;
}

/** Parameters have no definition here. */
export function definitionsOf(fn: IrFunction): Map<ValueId, Definition> {
  const definitions = new Map<ValueId, Definition>();
  for (const block of fn.blocks) {
    block.instructions.forEach((instruction, index) => {
      const result = resultOf(instruction);
      if (result !== undefined) definitions.set(result, { block: block.id, instruction, index });
    });
  }
  return definitions;
}

/** A user that reads a value twice is listed twice. */
export function usesOf(fn: IrFunction): Map<ValueId, Use[]> {
  const uses = new Map<ValueId, Use[]>();
  const note = (value: ValueId, use: Use) => getOrCreate(uses, value, () => []).push(use);
  for (const block of fn.blocks) {
    for (const user of block.instructions) for (const value of operandsOf(user)) note(value, { block, user });
    for (const value of terminatorOperands(block.terminator)) note(value, { block, user: block.terminator });
  }
  return uses;
}

/** The constant that each value is, where it is one. */
export function constantsOf(fn: IrFunction): Map<ValueId, bigint> {
  const constants = new Map<ValueId, bigint>();
  for (const block of fn.blocks) {
    for (const instruction of block.instructions) {
      if (instruction.op === 'const') constants.set(instruction.result, instruction.value);
    }
  }
  return constants;
}
