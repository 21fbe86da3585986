/** What a folding rule may ask and make. A rule gives the value that its instruction equals, a better instruction, or nothing. */

import { freshValue } from '../../ir/ids.ts';
import { KnownBits } from '../../ir/known-bits.ts';
import { type Definition, definitionsOf, type Use, usesOf } from '../../ir/uses.ts';
import type { BinaryOp, CompareOp, Instruction, IrFunction, UnaryOp, ValueId, Width } from '../../ir.ts';

export type Binary = Extract<Instruction, { op: 'binary' }>;
export type Unary = Extract<Instruction, { op: 'unary' }>;
export type Folded = ValueId | Instruction | undefined;
export interface Condition {
  readonly operator: CompareOp;
  readonly width: Width;
  readonly a: ValueId;
  readonly b: ValueId;
}

export class FoldContext {
  /** Where instructions that a rule needs besides its result go: in front of the one being folded. */
  out: Instruction[] = [];
  readonly bits: KnownBits;
  readonly #fn: IrFunction;
  readonly #definitions: Map<ValueId, Definition>;
  readonly #uses: ReadonlyMap<ValueId, readonly Use[]>;

  constructor(fn: IrFunction) {
    this.#fn = fn;
    this.#definitions = definitionsOf(fn);
    this.bits = new KnownBits(this.#definitions);
    this.#uses = usesOf(fn);
  }

  define(instruction: Instruction): void {
    if (!('result' in instruction) || instruction.result === undefined) return;
    const block = this.#definitions.get(instruction.result)?.block ?? this.#fn.blocks[0]?.id;
    if (block !== undefined) this.#definitions.set(instruction.result, { block, instruction, index: 0 });
  }

  definition(value: ValueId): Instruction | undefined {
    return this.#definitions.get(value)?.instruction;
  }

  /** As a signed 64-bit number. */
  constant(value: ValueId): bigint | undefined {
    const i = this.definition(value);
    return i?.op === 'const' ? BigInt.asIntN(64, i.value) : undefined;
  }

  binaryOf(value: ValueId, operator: BinaryOp): Binary | undefined {
    const i = this.definition(value);
    return i?.op === 'binary' && i.operator === operator ? i : undefined;
  }

  unaryOf(value: ValueId): Unary | undefined {
    const i = this.definition(value);
    return i?.op === 'unary' ? i : undefined;
  }

  usedOnce(value: ValueId): boolean {
    return this.#uses.get(value)?.length === 1;
  }

  /** Who read the value before this walk changed anything. */
  readersOf(value: ValueId): readonly Use['user'][] {
    return (this.#uses.get(value) ?? []).map((use) => use.user);
  }

  /** The upper half is known to be zero. */
  isNarrow(value: ValueId): boolean {
    return this.bits.width(value) <= 32;
  }

  const(value: bigint): ValueId {
    const result = freshValue(this.#fn);
    return this.#emit({ op: 'const', result, value: BigInt.asIntN(64, value) }, result);
  }

  binary(operator: BinaryOp, a: ValueId, b: ValueId, width: Width = 64): ValueId {
    const result = freshValue(this.#fn);
    return this.#emit({ op: 'binary', operator, width, a, b, result }, result);
  }

  unary(operator: UnaryOp, a: ValueId): ValueId {
    const result = freshValue(this.#fn);
    return this.#emit({ op: 'unary', operator, a, result }, result);
  }

  #emit(instruction: Instruction, result: ValueId): ValueId {
    this.out.push(instruction);
    this.define(instruction);
    return result;
  }
}

/** The instruction's result as a constant. */
export const constantResult = (i: { readonly result: ValueId }, value: bigint): Instruction => ({
  op: 'const',
  result: i.result,
  value: BigInt.asIntN(64, value),
});

/** k where value = 2^k, for 64-bit patterns. */
export function powerOfTwo(value: bigint): bigint | undefined {
  const bits = BigInt.asUintN(64, value);
  if (bits === 0n || (bits & (bits - 1n)) !== 0n) return undefined;
  return BigInt(bits.toString(2).length - 1);
}
