/**
 * Runs the intermediate form directly: the meaning that optimising and emitting must preserve. Slow, simple and
 * independent of both; memory is a set of regions at made-up addresses, helpers come from the caller.
 */
import { assert, assertNever, must } from '../../base/assert.ts';
import type { BlockId, Instruction, IrFunction, IrModule, StackObjectId, ValueId } from '../ir.ts';
import { evaluateBinary, evaluateCompare, evaluateUnary } from './arithmetic.ts';

export interface EvaluationOptions {
  readonly args: readonly bigint[];
  /** By helper number. */
  readonly helpers?: Readonly<Record<number, (args: readonly bigint[], memory: EvaluationMemory) => bigint>>;
  /** First byte of the value of each map. */
  readonly mapValues?: readonly Uint8Array[];
  /** More memory, by address. */
  readonly regions?: readonly { readonly address: bigint; readonly bytes: Uint8Array }[];
  /** Instructions until the run is called endless. */
  readonly stepLimit?: number;
}

/** Little-endian memory in regions; touching anything else is an error. */
export class EvaluationMemory {
  readonly #regions: { address: bigint; bytes: Uint8Array }[];

  constructor(regions: readonly { readonly address: bigint; readonly bytes: Uint8Array }[]) {
    this.#regions = [...regions];
  }

  add(address: bigint, bytes: Uint8Array): void {
    this.#regions.push({ address, bytes });
  }

  at(address: bigint, size: number): Uint8Array {
    for (const region of this.#regions) {
      const offset = BigInt.asUintN(64, address - region.address);
      if (offset + BigInt(size) <= BigInt(region.bytes.length)) {
        return region.bytes.subarray(Number(offset), Number(offset) + size);
      }
    }
    throw new RangeError(`access of ${size} bytes at 0x${address.toString(16)} is outside of every region`);
  }

  read(address: bigint, size: number): bigint {
    return this.at(address, size).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  }

  write(address: bigint, size: number, value: bigint): void {
    const bytes = this.at(address, size);
    for (let i = 0; i < size; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  }
}

const mapBase = 0x4000_0000_0000n;
const stackBase = 0x5000_0000_0000n;

/** The value that function 0 returns. */
export function evaluateIr(module: IrModule, options: EvaluationOptions): bigint {
  const memory = new EvaluationMemory(options.regions ?? []);
  options.mapValues?.forEach((bytes, index) => {
    memory.add(mapBase + (BigInt(index) << 32n), bytes);
  });
  return new Evaluation(module, options, memory).call(0, options.args);
}

class Evaluation {
  readonly #module: IrModule;
  readonly #options: EvaluationOptions;
  readonly #memory: EvaluationMemory;
  #steps: number;
  #stackTop = stackBase;

  constructor(module: IrModule, options: EvaluationOptions, memory: EvaluationMemory) {
    this.#module = module;
    this.#options = options;
    this.#memory = memory;
    this.#steps = options.stepLimit ?? 100_000;
  }

  call(index: number, args: readonly bigint[]): bigint {
    const fn = must(this.#module.functions[index], `function ${index}`);
    return new Frame(fn, args, this).run();
  }

  step(): void {
    if (this.#steps-- <= 0) throw new RangeError('the evaluation does not end');
  }

  allocate(size: number): bigint {
    const address = this.#stackTop;
    this.#stackTop += BigInt(size + 64) & ~15n;
    this.#memory.add(address, new Uint8Array(size));
    return address;
  }

  get memory(): EvaluationMemory {
    return this.#memory;
  }

  helper(helper: number, args: readonly bigint[]): bigint {
    const implementation = must(this.#options.helpers?.[helper], `helper ${helper}`);
    return BigInt.asUintN(64, implementation(args, this.#memory));
  }
}

class Frame {
  readonly #fn: IrFunction;
  readonly #outer: Evaluation;
  readonly #values = new Map<ValueId, bigint>();
  readonly #objects = new Map<StackObjectId, bigint>();

  constructor(fn: IrFunction, args: readonly bigint[], outer: Evaluation) {
    this.#fn = fn;
    this.#outer = outer;
    fn.parameters.forEach((id, index) => {
      this.#values.set(id, BigInt.asUintN(64, args[index] ?? 0n));
    });
    for (const object of fn.stackObjects) this.#objects.set(object.id, outer.allocate(object.size));
  }

  run(): bigint {
    const blocks = new Map(this.#fn.blocks.map((block) => [block.id, block]));
    let from: BlockId | undefined;
    let block = must(this.#fn.blocks[0], 'entry block');
    for (;;) {
      this.#phis(block.instructions, from);
      for (const instruction of block.instructions) this.#execute(instruction);
      this.#outer.step();
      const next = this.#next(block.terminator);
      if (typeof next === 'bigint') return next;
      from = block.id;
      block = must(blocks.get(next), `block ${next}`);
    }
  }

  /** All at once: a phi may read the old value of another. */
  #phis(instructions: readonly Instruction[], from: BlockId | undefined): void {
    const news: [ValueId, bigint][] = [];
    for (const phi of instructions) {
      if (phi.op !== 'phi') break;
      const entry = must(
        phi.incoming.find((e) => e.block === from),
        `phi entry for block ${from}`,
      );
      news.push([phi.result, this.#value(entry.value)]);
    }
    for (const [result, value] of news) this.#values.set(result, value);
  }

  #next(t: IrFunction['blocks'][number]['terminator']): BlockId | bigint {
    switch (t.op) {
      case 'jump':
        return t.target;
      case 'return':
        return this.#value(t.value);
      case 'branch':
        return evaluateCompare(t.operator, t.width, this.#value(t.a), this.#value(t.b))
          ? t.then
          : t.otherwise;
      case 'switch': {
        const value = this.#value(t.value);
        return t.cases.find((c) => BigInt.asUintN(64, c.match) === value)?.target ?? t.otherwise;
      }
      default:
        return assertNever(t, 'terminator');
    }
  }

  #execute(i: Instruction): void {
    if (i.op === 'phi') return;
    this.#outer.step();
    const result = this.#compute(i);
    if (result !== undefined && 'result' in i && i.result !== undefined) {
      this.#values.set(i.result, BigInt.asUintN(64, result));
    }
  }

  #compute(i: Exclude<Instruction, { op: 'phi' }>): bigint | undefined {
    const memory = this.#outer.memory;
    switch (i.op) {
      case 'const':
        return i.value;
      case 'binary':
        return evaluateBinary(i.operator, i.width, this.#value(i.a), this.#value(i.b));
      case 'unary':
        return evaluateUnary(i.operator, this.#value(i.a));
      case 'compare':
        return evaluateCompare(i.operator, i.width, this.#value(i.a), this.#value(i.b)) ? 1n : 0n;
      case 'load': {
        const raw = memory.read(this.#address(i.base, i.offset), i.size);
        return i.signed ? BigInt.asIntN(i.size * 8, raw) : raw;
      }
      case 'store':
        return void memory.write(this.#address(i.base, i.offset), i.size, this.#value(i.value));
      case 'atomic':
        return this.#atomic(i);
      case 'stack-address':
        return must(this.#objects.get(i.object), `stack object ${i.object}`);
      case 'map':
        return mapBase - 1n - BigInt(i.map);
      case 'map-value':
        return mapBase + (BigInt(i.map) << 32n) + BigInt(i.offset);
      case 'function-address':
        return BigInt(i.function);
      case 'fact':
        return i.value;
      case 'kernel-variable':
        assert(false, 'the evaluator knows no variables of the kernel');
        break;
      case 'call':
        return this.#outer.helper(
          i.helper,
          i.args.map((arg) => this.#value(arg)),
        );
      case 'call-local':
        return this.#outer.call(
          i.function,
          i.args.map((arg) => this.#value(arg)),
        );
      case 'call-kfunc':
        assert(false, 'the evaluator knows no kernel functions');
        break;
      default:
        return assertNever(i, 'instruction');
    }
  }

  #atomic(i: Extract<Instruction, { op: 'atomic' }>): bigint {
    const address = this.#address(i.base, i.offset);
    const width = i.size === 8 ? 64 : 32;
    const old = this.#outer.memory.read(address, i.size);
    const value = this.#value(i.value);
    if (i.operator === 'xchg') this.#outer.memory.write(address, i.size, value);
    else if (i.operator === 'cmpxchg') {
      const expected = BigInt.asUintN(width, this.#value(must(i.expected, 'expected value of cmpxchg')));
      if (old === expected) this.#outer.memory.write(address, i.size, value);
    } else this.#outer.memory.write(address, i.size, evaluateBinary(i.operator, width, old, value));
    return old;
  }

  #address(base: ValueId, offset: number): bigint {
    return BigInt.asUintN(64, this.#value(base) + BigInt(offset));
  }

  #value(id: ValueId): bigint {
    return must(this.#values.get(id), `value v${id}`);
  }
}
