/**
 * How many low bits of a value can be non-zero: what makes masks and extensions superfluous. Only facts that the
 * kernel's verifier derives as well are used (sizes of loads, masks, shifts, 32-bit results), because a mask that
 * looks useless to us may be the bound that the verifier needs.
 */
import type { Instruction, ValueId } from '../ir.ts';
import type { Definition } from './uses.ts';

const widthOf = (value: bigint): number =>
  BigInt.asUintN(64, value).toString(2).length - (value === 0n ? 1 : 0);
/** Deep expressions are cut: 64 is always a correct answer. */
const maxDepth = 8;

export class KnownBits {
  readonly #definitions: ReadonlyMap<ValueId, Definition>;
  readonly #memo = new Map<ValueId, number>();

  constructor(definitions: ReadonlyMap<ValueId, Definition>) {
    this.#definitions = definitions;
  }

  /** All bits from this one upwards are zero. 64 when nothing is known. */
  width(value: ValueId, depth = 0): number {
    const known = this.#memo.get(value);
    if (known !== undefined) return known;
    const definition = this.#definitions.get(value);
    if (!definition || depth > maxDepth) return 64;
    const width = this.#compute(definition.instruction, depth + 1);
    this.#memo.set(value, width);
    return width;
  }

  #compute(i: Instruction, depth: number): number {
    switch (i.op) {
      case 'const':
        return widthOf(i.value);
      case 'compare':
        return 1;
      case 'load':
        return i.signed ? 64 : i.size * 8;
      case 'unary':
        return this.#unary(i, depth);
      case 'binary':
        return Math.min(i.width, this.#binary(i, depth));
      default:
        return 64;
    }
  }

  #unary(i: Extract<Instruction, { op: 'unary' }>, depth: number): number {
    if (i.operator.startsWith('zext')) return Math.min(Number(i.operator.slice(4)), this.width(i.a, depth));
    if (i.operator.startsWith('bswap')) return Number(i.operator.slice(5));
    return 64;
  }

  #binary(i: Extract<Instruction, { op: 'binary' }>, depth: number): number {
    const a = this.width(i.a, depth);
    switch (i.operator) {
      case 'and':
        return Math.min(a, this.width(i.b, depth));
      case 'or':
      case 'xor':
        return Math.max(a, this.width(i.b, depth));
      case 'rsh':
      case 'lsh': {
        const count = this.#definitions.get(i.b)?.instruction;
        if (count?.op !== 'const') return 64;
        const by = Number(count.value & BigInt(i.width - 1));
        return i.operator === 'rsh' ? Math.max(0, Math.min(a, i.width) - by) : Math.min(64, a + by);
      }
      default:
        return 64;
    }
  }
}
