/**
 * Chooses instructions: one IR function in, one machine function over virtual registers out. Constants and
 * addresses have no register of their own: each is made where it is needed, as an immediate where it fits, because
 * making one again costs less than keeping it across calls. Stack objects are addressed relative to r10 directly.
 */
import { must } from '../../base/assert.ts';
import type { BitSet } from '../../base/bit-set.ts';
import { swappedCompare } from '../ir/arithmetic.ts';
import { Dominators, type FlowGraph, flowGraph, loopDepths } from '../ir/graph.ts';
import { operandsOf, terminatorOperands } from '../ir/instruction.ts';
import { liveAtEnd } from '../ir/liveness.ts';
import { usesOf } from '../ir/uses.ts';
import type {
  BinaryOp,
  BlockId,
  Instruction,
  IrBlock,
  IrFunction,
  SourcePlace,
  Terminator,
  ValueId,
} from '../ir.ts';
import { type Cheap, cacheKey, cheapValues, fits32, type StackAddress } from './cheap-values.ts';
import type { FrameLayout } from './frame.ts';
import {
  firstVirtual,
  framePointer,
  type MachineBlock,
  type MachineFunction,
  type MachineInstruction,
  type MachineTerminator,
  type Register,
  type Source,
} from './machine.ts';
import { type Move, sequentialise } from './parallel-moves.ts';

type Of<Op extends Instruction['op']> = Extract<Instruction, { op: Op }>;
const commutative: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['add', 'mul', 'and', 'or', 'xor']);
const shifts: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['lsh', 'rsh', 'arsh']);
const divisions: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['div', 'mod', 'sdiv', 'smod']);
const fits16 = (value: number): boolean => value >= -0x8000 && value <= 0x7fff;

export function select(fn: IrFunction, frame: FrameLayout): MachineFunction {
  const graph = flowGraph(fn);
  const depths = loopDepths(graph, new Dominators(graph));
  const selector = new Selector(fn, graph, frame);
  const blocks = graph.order.map((id) => selector.block(id, depths.get(id) ?? 0));
  return { name: fn.name, blocks, nextRegister: selector.nextRegister, frameSize: frame.size };
}

class Selector {
  nextRegister: Register;
  readonly #fn: IrFunction;
  readonly #graph: FlowGraph;
  readonly #frame: FrameLayout;
  readonly #cheap: ReadonlyMap<ValueId, Cheap>;
  readonly #useCount: ReadonlyMap<ValueId, number>;
  #out: MachineInstruction[] = [];
  #span: SourcePlace | undefined;
  /** Addresses and wide constants that a register holds here. */
  #held = new Map<string, Register>();
  readonly #liveAtEnd: ReadonlyMap<BlockId, BitSet>;
  /** Where each value that dies in this block is read last. */
  #lastUse = new Map<ValueId, number>();
  #index = 0;
  readonly #heldAtEnd = new Map<BlockId, Map<string, Register>>();

  constructor(fn: IrFunction, graph: FlowGraph, frame: FrameLayout) {
    this.#fn = fn;
    this.#graph = graph;
    this.#frame = frame;
    this.nextRegister = firstVirtual + fn.nextValue;
    this.#liveAtEnd = liveAtEnd(fn, graph);
    this.#useCount = new Map([...usesOf(fn)].map(([value, uses]) => [value, uses.length]));
    this.#cheap = cheapValues(graph);
  }

  block(id: BlockId, loopDepth: number): MachineBlock {
    const block = must(this.#graph.block.get(id), `block ${id}`);
    const predecessors = this.#graph.predecessors.get(id) ?? [];
    const only = predecessors.length === 1 ? predecessors[0] : undefined;
    this.#held = new Map(only === undefined ? [] : this.#heldAtEnd.get(only));
    this.#out = [];
    if (id === this.#graph.entry) this.#parameters();
    this.#findLastUses(block);
    block.instructions.forEach((instruction, index) => {
      this.#span = instruction.span;
      this.#index = index;
      this.#instruction(instruction);
    });
    this.#span = block.terminator.span;
    this.#phiMoves(block);
    const terminator = this.#terminator(block.terminator);
    this.#heldAtEnd.set(id, this.#held);
    return { id, instructions: this.#out, terminator: this.#placed(terminator), loopDepth };
  }

  #findLastUses(block: IrBlock): void {
    const live = must(this.#liveAtEnd.get(block.id), 'liveness');
    this.#lastUse = new Map();
    block.instructions.forEach((instruction, index) => {
      if (instruction.op === 'phi') return;
      for (const value of operandsOf(instruction)) if (!live.has(value)) this.#lastUse.set(value, index);
    });
    for (const value of terminatorOperands(block.terminator)) this.#lastUse.delete(value);
  }

  #diesHere(value: ValueId): boolean {
    return this.#lastUse.get(value) === this.#index;
  }

  #parameters(): void {
    this.#fn.parameters.forEach((value, index) => {
      if (this.#useCount.has(value)) this.#emit({ op: 'move', dst: this.#register(value), src: index + 1 });
    });
  }

  #instruction(i: Instruction): void {
    switch (i.op) {
      case 'const':
      case 'stack-address':
      case 'map':
      case 'map-value':
      case 'function-address':
      case 'kernel-variable':
      case 'fact':
      case 'phi':
        return;
      case 'binary':
        if (!this.#cheap.has(i.result)) this.#binary(i);
        break;
      case 'unary':
        this.#unary(i);
        break;
      case 'compare':
        this.#compare(i);
        break;
      case 'load': {
        const { base, offset } = this.#address(i.base, i.offset);
        const dst = this.#register(i.result);
        this.#emit({ op: 'load', dst, base, offset, size: i.size, signed: i.signed && i.size < 8 });
        break;
      }
      case 'store': {
        const { base, offset } = this.#address(i.base, i.offset);
        const src = this.#source(i.value, i.size * 8);
        this.#emit({ op: 'store', base, offset, size: i.size, src });
        break;
      }
      case 'atomic':
        this.#atomic(i);
        break;
      case 'call':
        this.#call('helper', i.helper, i);
        break;
      case 'call-kfunc':
        this.#call('kfunc', i.btfId, i);
        break;
      case 'call-local':
        this.#call('local', i.function, i);
        break;
    }
  }

  // Arithmetic

  #binary(i: Of<'binary'>): void {
    const swap = commutative.has(i.operator) && this.#wantsSwap(i.a, i.b);
    const [a, b] = swap ? [i.b, i.a] : [i.a, i.b];
    const dst = this.#register(i.result);
    const src = this.#operand(i.operator, i.width, b);
    this.#put(dst, a);
    this.#emit({ op: 'alu', operator: i.operator, width: i.width, dst, src });
  }

  /** A constant goes right; of two registers, the one that dies here becomes the result. */
  #wantsSwap(a: ValueId, b: ValueId): boolean {
    const [cheapA, cheapB] = [this.#cheap.get(a)?.op, this.#cheap.get(b)?.op];
    if (cheapA === 'const' || cheapB === 'const') return cheapB !== 'const';
    if (cheapA || cheapB) return cheapB !== undefined;
    return !this.#diesHere(a) && this.#diesHere(b);
  }

  #operand(operator: BinaryOp, width: 32 | 64, value: ValueId): Source {
    const constant = this.#constant(value);
    if (constant !== undefined && shifts.has(operator))
      return { immediate: Number(constant & BigInt(width - 1)) };
    // The kernel refuses to divide by an immediate 0; in a register it is defined.
    if (constant !== undefined && divisions.has(operator) && BigInt.asUintN(width, constant) === 0n) {
      return { register: this.#inRegister(value) };
    }
    return this.#source(value, width);
  }

  #unary(i: Of<'unary'>): void {
    const dst = this.#register(i.result);
    const bits = Number(/\d+$/.exec(i.operator)?.[0] ?? 64);
    if (
      i.operator === 'sext8' ||
      i.operator === 'sext16' ||
      i.operator === 'sext32' ||
      i.operator === 'zext32'
    ) {
      const src = this.#inRegister(i.a);
      const narrow = bits === 8 ? 8 : bits === 16 ? 16 : 32;
      this.#emit({ op: 'extend', dst, src, bits: narrow, signed: i.operator !== 'zext32' });
      return;
    }
    this.#put(dst, i.a);
    if (i.operator === 'neg') this.#emit({ op: 'neg', dst });
    else if (i.operator === 'zext8' || i.operator === 'zext16') {
      this.#emit({ op: 'alu', operator: 'and', width: 64, dst, src: { immediate: 2 ** bits - 1 } });
    } else this.#emit({ op: 'swap', dst, bits: bits === 16 ? 16 : bits === 32 ? 32 : 64 });
  }

  #compare(i: Of<'compare'>): void {
    const { operator, a, b } = this.#comparison(i);
    this.#emit({ op: 'set', dst: this.#register(i.result), operator, width: i.width, a, b });
  }

  #comparison(i: Of<'compare'> | Extract<Terminator, { op: 'branch' }>) {
    const swap = this.#cheap.get(i.a)?.op === 'const' && this.#cheap.get(i.b)?.op !== 'const';
    const [a, b] = swap ? [i.b, i.a] : [i.a, i.b];
    const operator = swap ? swappedCompare[i.operator] : i.operator;
    return { operator, a: this.#inRegister(a), b: this.#source(b, i.width) };
  }

  // Memory

  #address(value: ValueId, offset: number): { base: Register; offset: number } {
    const made = this.#cheap.get(value);
    if (made?.op === 'stack-address') return { base: framePointer, offset: this.#offsetOf(made) + offset };
    const base = this.#inRegister(value);
    if (fits16(offset)) return { base, offset };
    const moved = this.#fresh();
    this.#emit({ op: 'move', dst: moved, src: base });
    this.#emit({ op: 'alu', operator: 'add', width: 64, dst: moved, src: { immediate: offset } });
    return { base: moved, offset: 0 };
  }

  #atomic(i: Of<'atomic'>): void {
    const { base, offset } = this.#address(i.base, i.offset);
    if (i.operator === 'cmpxchg') {
      const src = this.#inRegister(i.value);
      this.#put(0, must(i.expected, 'expected value of cmpxchg'));
      this.#emit({ op: 'compare-exchange', base, offset, size: i.size, src });
      if (i.result !== undefined) this.#emit({ op: 'move', dst: this.#register(i.result), src: 0 });
      return;
    }
    const fetch = i.result !== undefined || i.operator === 'xchg';
    const src = fetch
      ? i.result === undefined
        ? this.#fresh()
        : this.#register(i.result)
      : this.#inRegister(i.value);
    if (fetch) this.#put(src, i.value);
    this.#emit({ op: 'atomic', operator: i.operator, base, offset, size: i.size, src, fetch });
  }

  // Calls

  #call(kind: 'helper' | 'kfunc' | 'local', id: number, i: Of<'call' | 'call-kfunc' | 'call-local'>): void {
    this.#assign(i.args.map((value, index) => ({ dst: index + 1, value })));
    this.#emit({ op: 'call', kind, id, argumentCount: i.args.length });
    this.#held.clear();
    if (this.#useCount.has(i.result)) this.#emit({ op: 'move', dst: this.#register(i.result), src: 0 });
  }

  #phiMoves(block: IrBlock): void {
    if (block.terminator.op !== 'jump') return; // critical edges are split
    const target = must(this.#graph.block.get(block.terminator.target), 'jump target');
    const assignments: { dst: Register; value: ValueId }[] = [];
    for (const phi of target.instructions) {
      if (phi.op !== 'phi') break;
      const entry = must(
        phi.incoming.find((e) => e.block === block.id),
        `phi entry for block ${block.id}`,
      );
      if (this.#useCount.has(phi.result))
        assignments.push({ dst: this.#register(phi.result), value: entry.value });
    }
    this.#assign(assignments);
  }

  /** At once: registers first, then what needs none. */
  #assign(assignments: readonly { readonly dst: Register; readonly value: ValueId }[]): void {
    const moves: Move[] = [];
    for (const { dst, value } of assignments) {
      if (!this.#cheap.has(value)) moves.push({ dst, src: this.#register(value) });
    }
    for (const move of sequentialise(moves, () => this.#fresh())) this.#emit({ op: 'move', ...move });
    for (const { dst, value } of assignments) if (this.#cheap.has(value)) this.#put(dst, value);
  }

  #terminator(t: Terminator): MachineTerminator {
    switch (t.op) {
      case 'jump':
        return t;
      case 'return':
        this.#put(0, t.value);
        return { op: 'exit' };
      case 'branch': {
        const { then, otherwise, width, likely } = t;
        if (then === otherwise) return { op: 'jump', target: then };
        return {
          op: 'branch',
          ...this.#comparison(t),
          width,
          then,
          otherwise,
          ...(likely ? { likely } : {}),
        };
      }
      case 'switch':
        throw new TypeError('switches are expanded before selection');
    }
  }

  // Operands

  #constant(value: ValueId): bigint | undefined {
    const made = this.#cheap.get(value);
    return made?.op === 'const' ? BigInt.asIntN(64, made.value) : undefined;
  }

  /** An immediate when the constant fits after sign extension; operations of 32 bits or less see only the low bits. */
  #source(value: ValueId, bits: number): Source {
    const constant = this.#constant(value);
    if (constant === undefined) return { register: this.#inRegister(value) };
    if (bits <= 32) return { immediate: Number(BigInt.asIntN(bits, constant)) };
    return fits32(constant) ? { immediate: Number(constant) } : { register: this.#inRegister(value) };
  }

  /** A register that holds `value` and must not be written. */
  #inRegister(value: ValueId): Register {
    const made = this.#cheap.get(value);
    if (!made) return this.#register(value);
    const key = cacheKey(made);
    const held = key === undefined ? undefined : this.#held.get(key);
    if (held !== undefined) return held;
    const register = this.#fresh();
    this.#put(register, value);
    if (key !== undefined) this.#held.set(key, register);
    return register;
  }

  /** Makes `dst` hold `value`. */
  #put(dst: Register, value: ValueId): void {
    const made = this.#cheap.get(value);
    if (!made) {
      this.#emit({ op: 'move', dst, src: this.#register(value) });
      return;
    }
    switch (made.op) {
      case 'const':
        this.#emit({ op: 'constant', dst, value: BigInt.asIntN(64, made.value) });
        break;
      case 'stack-address':
        this.#emit({ op: 'frame-address', dst, offset: this.#offsetOf(made) });
        break;
      case 'map':
        this.#emit({ op: 'map-address', dst, kind: 'map', map: made.map, offset: 0 });
        break;
      case 'map-value':
        this.#emit({ op: 'map-address', dst, kind: 'map-value', map: made.map, offset: made.offset });
        break;
      case 'function-address':
        this.#emit({ op: 'function-address', dst, function: made.function });
        break;
      case 'kernel-variable':
        this.#emit({ op: 'kernel-variable', dst, btfId: made.btfId });
        break;
      case 'fact':
        this.#emit({ op: 'fact', dst, fact: made.fact, value: made.value });
        break;
    }
  }

  #offsetOf(made: StackAddress): number {
    return (
      must(this.#frame.offsets.get(made.object), `place of stack object ${made.object}`) + (made.plus ?? 0)
    );
  }

  #register(value: ValueId): Register {
    return firstVirtual + value;
  }

  #fresh(): Register {
    return this.nextRegister++;
  }

  #emit(instruction: MachineInstruction): void {
    this.#out.push(this.#placed(instruction));
  }

  #placed<T extends MachineInstruction | MachineTerminator>(made: T): T {
    return this.#span ? { ...made, span: this.#span } : made;
  }
}
