/**
 * Rewrites what the chosen version of the instruction set lacks into what it has: below v4 signed division,
 * sign-extending moves and loads; below v3 everything 32 bits wide. (The ALU32 class exists in every kernel, but
 * verifiers before 5.7 follow no bounds through it; v3 stands for kernels that do.) The expansions are free of
 * branches, since each branch is another path for the verifier.
 */

import { evaluateBinary } from '../ir/arithmetic.ts';
import { freshValue } from '../ir/ids.ts';
import { KnownBits } from '../ir/known-bits.ts';
import { constantsOf, definitionsOf } from '../ir/uses.ts';
import type { BinaryOp, Instruction, IrFunction, Terminator, ValueId } from '../ir.ts';
import { UnsupportedInstructionError } from './errors.ts';

export type Isa = 1 | 2 | 3 | 4;
type Binary = Extract<Instruction, { op: 'binary' }>;
type Branch = Extract<Terminator, { op: 'branch' }>;
type Compare = Extract<Instruction, { op: 'compare' }>;

export function legalise(fn: IrFunction, isa: Isa): void {
  if (isa >= 4) return;
  const context: Context = { fn, isa, bits: new KnownBits(definitionsOf(fn)), constants: constantsOf(fn) };
  for (const block of fn.blocks) {
    const rewriter = new Rewriter(context);
    for (const instruction of block.instructions) rewriter.instruction(instruction);
    block.terminator = rewriter.terminator(block.terminator);
    block.instructions = rewriter.out;
  }
}

interface Context {
  readonly fn: IrFunction;
  readonly isa: Isa;
  readonly bits: KnownBits;
  readonly constants: Map<ValueId, bigint>;
}

class Rewriter {
  readonly out: Instruction[] = [];
  readonly #context: Context;
  #span: Instruction['span'];

  constructor(context: Context) {
    this.#context = context;
  }

  instruction(i: Instruction): void {
    this.#span = i.span;
    const { isa } = this.#context;
    if (i.op === 'unary') this.#unary(i);
    else if (i.op === 'load' && i.signed && i.size < 8) {
      const raw = freshValue(this.#context.fn);
      this.out.push({ ...i, signed: false, result: raw });
      this.#signExtend(raw, i.size * 8, i.result);
    } else if (i.op === 'binary' && (i.operator === 'sdiv' || i.operator === 'smod')) this.#signedDivision(i);
    else if (i.op === 'binary' && i.width === 32 && isa < 3) this.#narrowBinary(i);
    else if (i.op === 'compare' && i.width === 32 && isa < 3) this.out.push(this.#wideCompare(i));
    else {
      if (i.op === 'atomic') this.#checkAtomic(i);
      this.out.push(i);
    }
  }

  terminator(t: Terminator): Terminator {
    this.#span = t.span;
    return t.op === 'branch' && t.width === 32 && this.#context.isa < 3 ? this.#wideCompare(t) : t;
  }

  #unary(i: Extract<Instruction, { op: 'unary' }>): void {
    if (i.operator.startsWith('sext')) this.#signExtend(i.a, Number(i.operator.slice(4)), i.result);
    else if (i.operator === 'zext32' && this.#context.isa < 3) this.#zeroExtend(i.a, i.result);
    else this.out.push(i);
  }

  #signExtend(a: ValueId, bits: number, result?: ValueId): ValueId {
    const by = this.#const(BigInt(64 - bits));
    return this.#binary('arsh', this.#binary('lsh', a, by), by, result);
  }

  #zeroExtend(a: ValueId, result?: ValueId): ValueId {
    const by = this.#const(32n);
    return this.#binary('rsh', this.#binary('lsh', a, by), by, result);
  }

  /** The low 32 bits of `a` as an unsigned number. */
  #unsigned(a: ValueId): ValueId {
    const constant = this.#context.constants.get(a);
    if (constant !== undefined) return this.#const(BigInt.asUintN(32, constant));
    return this.#context.bits.width(a) <= 32 ? a : this.#zeroExtend(a);
  }

  #signed(a: ValueId): ValueId {
    const constant = this.#context.constants.get(a);
    if (constant !== undefined) return this.#const(BigInt.asIntN(32, constant));
    return this.#context.bits.width(a) <= 31 ? a : this.#signExtend(a, 32);
  }

  /** Below v3: compute with 64 bits, then clear the upper half. */
  #narrowBinary(i: Binary): void {
    const shifts = i.operator === 'lsh' || i.operator === 'rsh' || i.operator === 'arsh';
    const readsUpperHalf = i.operator === 'div' || i.operator === 'mod' || i.operator === 'rsh';
    const a = readsUpperHalf ? this.#unsigned(i.a) : i.operator === 'arsh' ? this.#signed(i.a) : i.a;
    const b = shifts ? this.#shiftCount(i.b) : readsUpperHalf ? this.#unsigned(i.b) : i.b;
    if (readsUpperHalf) this.#binary(i.operator, a, b, i.result);
    else this.#zeroExtend(this.#binary(i.operator, a, b), i.result);
  }

  #shiftCount(b: ValueId): ValueId {
    const constant = this.#context.constants.get(b);
    return constant === undefined ? this.#binary('and', b, this.#const(31n)) : this.#const(constant & 31n);
  }

  /**
   * With s = the sign of a as 0 or -1, |a| = (a ^ s) - s; the quotient of the absolute values gets its sign back
   * the same way. Right for division by zero and for the smallest number divided by -1, too.
   */
  #signedDivision(i: Binary): void {
    const [a, b] = i.width === 32 ? [this.#signed(i.a), this.#signed(i.b)] : [i.a, i.b];
    const [signA, signB] = [this.#sign(a), this.#sign(b)];
    const [absA, absB] = [this.#negateIf(a, signA), this.#negateIf(b, signB)];
    const divides = i.operator === 'sdiv';
    const positive = this.#context.constants.get(signB) === 0n;
    const sign = divides && !positive ? this.#binary('xor', signA, signB) : signA;
    const unsigned = this.#binary(divides ? 'div' : 'mod', absA, absB);
    if (i.width === 64) this.#negateIf(unsigned, sign, i.result);
    else this.#narrow(this.#negateIf(unsigned, sign), i.result);
  }

  #narrow(a: ValueId, result: ValueId): void {
    if (this.#context.isa < 3) this.#zeroExtend(a, result);
    else this.#push({ op: 'unary', operator: 'zext32', a, result });
  }

  #sign(a: ValueId): ValueId {
    return this.#binary('arsh', a, this.#const(63n));
  }

  #negateIf(a: ValueId, sign: ValueId, result?: ValueId): ValueId {
    if (result === undefined && this.#context.constants.get(sign) === 0n) return a;
    return this.#binary('sub', this.#binary('xor', a, sign), sign, result);
  }

  /** Comparison of the low halves without JMP32. */
  #wideCompare<T extends Branch | Compare>(i: T): T {
    const signedOrder = i.operator.startsWith('s') && i.operator !== 'set';
    const known = [i.a, i.b].map((value) => this.#context.bits.width(value));
    const constant = [i.a, i.b].some((value) => this.#context.constants.has(value));
    if (signedOrder) return { ...i, width: 64, a: this.#signed(i.a), b: this.#signed(i.b) };
    if (known.every((width) => width <= 32)) return { ...i, width: 64 };
    if (constant || i.operator === 'set') {
      const extend = this.#prefersUnsigned(i) ? this.#unsigned : this.#signed;
      return { ...i, width: 64, a: extend.call(this, i.a), b: extend.call(this, i.b) };
    }
    // Moving both to the top keeps the order and costs one shift each instead of two.
    const by = this.#const(32n);
    return { ...i, width: 64, a: this.#binary('lsh', i.a, by), b: this.#binary('lsh', i.b, by) };
  }

  /** Zero extension is right for every unsigned comparison; for eq and ne sign extension may keep the immediate small. */
  #prefersUnsigned(i: Branch | Compare): boolean {
    if (i.operator !== 'eq' && i.operator !== 'ne') return true;
    const constant = this.#context.constants.get(i.a) ?? this.#context.constants.get(i.b) ?? 0n;
    return BigInt.asUintN(32, constant) < 2n ** 31n;
  }

  #checkAtomic(i: Extract<Instruction, { op: 'atomic' }>): void {
    const { isa } = this.#context;
    if (isa < 3 && (i.operator !== 'add' || i.result !== undefined)) {
      throw new UnsupportedInstructionError(`an atomic ${i.operator} other than a plain addition`, 3, isa);
    }
  }

  #const(value: bigint): ValueId {
    const result = freshValue(this.#context.fn);
    this.#context.constants.set(result, value);
    this.#push({ op: 'const', result, value });
    return result;
  }

  #binary(operator: BinaryOp, a: ValueId, b: ValueId, result = freshValue(this.#context.fn)): ValueId {
    const [x, y] = [this.#context.constants.get(a), this.#context.constants.get(b)];
    if (x === undefined || y === undefined) this.#push({ op: 'binary', operator, width: 64, a, b, result });
    else {
      const value = BigInt.asIntN(64, evaluateBinary(operator, 64, x, y));
      this.#context.constants.set(result, value);
      this.#push({ op: 'const', result, value });
    }
    return result;
  }

  #push(instruction: Instruction): void {
    this.out.push(this.#span ? { ...instruction, span: this.#span } : instruction);
  }
}
