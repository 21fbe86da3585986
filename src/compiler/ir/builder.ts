/**
 * Builds one function of the intermediate form, block by block, the way lowering thinks: values, variables,
 * "if" and "while". Unreachable blocks (code after a return) are accepted and dropped by {@link FunctionBuilder.finish}.
 *
 * Usage: make blocks with `block()`, fill the current one, end it with a terminator, `switchTo` the next. Blocks
 * need not be sealed by hand: `finish` seals what is left; `seal` early (as soon as all jumps to the block are
 * made) only saves phis.
 */

import { assert, must } from '../../base/assert.ts';
import type { RunFact } from '../../program/program.ts';
import type {
  AccessSize,
  BinaryOp,
  BlockId,
  CompareOp,
  Instruction,
  IrBlock,
  IrFunction,
  SourcePlace,
  StackObject,
  StackObjectId,
  Terminator,
  UnaryOp,
  ValueId,
  Width,
} from '../ir.ts';
import { blockId, stackObjectId, valueId } from './ids.ts';
import { isPhi, mapOperands, mapTerminatorOperands, successorsOf } from './instruction.ts';
import { mostInstructions, TooManyInstructionsError } from './too-many-instructions.ts';
import { type Variable, VariableTable } from './variables.ts';

export type { Variable } from './variables.ts';

/** A bigint stands for the constant, so that `b.binary('add', x, 8n)` reads well. */
export type Operand = ValueId | bigint;
type Draft = {
  readonly id: BlockId;
  readonly phis: Instruction[];
  readonly body: Instruction[];
  terminator?: Terminator;
  readonly predecessors: Set<BlockId>;
};
/** Distributes over the union, so that each instruction keeps its own fields. */
type WithoutResult<T> = T extends { readonly result: ValueId } ? Omit<T, 'result' | 'span'> : never;

export interface BranchHints {
  readonly width?: Width;
  readonly likely?: 'then' | 'otherwise';
}

export class FunctionBuilder {
  readonly name: string;
  readonly parameters: readonly ValueId[];
  readonly entry: BlockId;
  #blocks = new Map<BlockId, Draft>();
  #stackObjects: StackObject[] = [];
  #nextValue = 0;
  #count = 0;
  #nextBlock = 0;
  #current: Draft;
  #span: SourcePlace | undefined;
  #zero: ValueId | undefined;
  #variables: VariableTable;

  constructor(name: string, parameterCount: number) {
    this.name = name;
    this.parameters = Array.from({ length: parameterCount }, () => valueId(this.#nextValue++));
    this.#variables = new VariableTable({
      freshValue: () => valueId(this.#nextValue++),
      predecessors: (block) => [...this.#draft(block).predecessors],
      undefinedValue: () => this.#undefinedValue(),
    });
    this.entry = this.block();
    this.#current = this.#draft(this.entry);
    this.#variables.seal(this.entry);
  }

  /** The place in the source that the instructions made from now on come from. */
  at(span: SourcePlace | undefined): void {
    this.#span = span;
  }

  get place(): SourcePlace | undefined {
    return this.#span;
  }

  // Blocks

  block(): BlockId {
    const id = blockId(this.#nextBlock++);
    this.#blocks.set(id, { id, phis: [], body: [], predecessors: new Set() });
    return id;
  }

  get current(): BlockId {
    return this.#current.id;
  }

  /** The current block has ended: what comes next needs a `switchTo` to be reachable. */
  get terminated(): boolean {
    return this.#current.terminator !== undefined;
  }

  switchTo(block: BlockId): void {
    this.#current = this.#draft(block);
  }

  /** Promises that every jump to `block` has been made. */
  seal(block: BlockId): void {
    this.#variables.seal(block);
  }

  // Values

  const(value: bigint | number): ValueId {
    return this.#define({ op: 'const', value: BigInt.asIntN(64, BigInt(value)) });
  }

  binary(operator: BinaryOp, a: Operand, b: Operand, width: Width = 64): ValueId {
    return this.#define({ op: 'binary', operator, width, a: this.value(a), b: this.value(b) });
  }

  unary(operator: UnaryOp, a: Operand): ValueId {
    return this.#define({ op: 'unary', operator, a: this.value(a) });
  }

  compare(operator: CompareOp, a: Operand, b: Operand, width: Width = 64): ValueId {
    return this.#define({ op: 'compare', operator, width, a: this.value(a), b: this.value(b) });
  }

  phi(incoming: readonly { readonly block: BlockId; readonly value: ValueId }[]): ValueId {
    const result = valueId(this.#nextValue++);
    this.#open().phis.push({ op: 'phi', result, incoming: [...incoming] });
    return result;
  }

  /** An operand as a value: constants get an instruction. */
  value(operand: Operand): ValueId {
    return typeof operand === 'bigint' ? this.const(operand) : operand;
  }

  // Memory

  load(
    size: AccessSize,
    base: ValueId,
    offset = 0,
    options: { signed?: boolean; invariant?: boolean } = {},
  ): ValueId {
    const { signed = false, invariant = false } = options;
    return this.#define({ op: 'load', size, signed, base, offset, ...(invariant ? { invariant } : {}) });
  }

  store(size: AccessSize, base: ValueId, offset: number, value: Operand): void {
    this.#append({ op: 'store', size, base, offset, value: this.value(value) });
  }

  /** Atomic read-modify-write that forgets the old value. */
  atomic(
    operator: 'add' | 'or' | 'and' | 'xor',
    size: 4 | 8,
    base: ValueId,
    offset: number,
    value: Operand,
  ): void {
    this.#append({ op: 'atomic', operator, size, base, offset, value: this.value(value) });
  }

  /** The same, returning the old value. `expected` for cmpxchg only. */
  atomicFetch(
    operator: 'add' | 'or' | 'and' | 'xor' | 'xchg' | 'cmpxchg',
    size: 4 | 8,
    base: ValueId,
    offset: number,
    value: Operand,
    expected?: Operand,
  ): ValueId {
    assert(
      (operator === 'cmpxchg') === (expected !== undefined),
      'cmpxchg, and only cmpxchg, has an expected value',
    );
    const operands = {
      value: this.value(value),
      ...(expected === undefined ? {} : { expected: this.value(expected) }),
    };
    const result = valueId(this.#nextValue++);
    this.#append({ op: 'atomic', result, operator, size, base, offset, ...operands });
    return result;
  }

  stackObject(size: number, align: StackObject['align'] = 8): StackObjectId {
    const id = stackObjectId(this.#stackObjects.length);
    this.#stackObjects.push({ id, size, align });
    return id;
  }

  stackAddress(object: StackObjectId): ValueId {
    return this.#define({ op: 'stack-address', object });
  }

  map(map: number): ValueId {
    return this.#define({ op: 'map', map });
  }

  mapValue(map: number, offset = 0): ValueId {
    return this.#define({ op: 'map-value', map, offset });
  }

  fact(fact: RunFact, value: bigint): ValueId {
    return this.#define({ op: 'fact', fact, value });
  }

  // Calls

  /** Calls a kernel helper by number. */
  call(helper: number, args: readonly Operand[] = [], options: { pure?: boolean } = {}): ValueId {
    const pure = options.pure === true ? { pure: true } : {};
    return this.#define({ op: 'call', helper, args: this.#arguments(args), ...pure });
  }

  callKfunc(btfId: number, args: readonly Operand[] = []): ValueId {
    return this.#define({ op: 'call-kfunc', btfId, args: this.#arguments(args) });
  }

  callLocal(callee: number, args: readonly Operand[] = []): ValueId {
    return this.#define({ op: 'call-local', function: callee, args: this.#arguments(args) });
  }

  functionAddress(callee: number): ValueId {
    return this.#define({ op: 'function-address', function: callee });
  }

  /** Address of a variable of the kernel. */
  kernelVariable(btfId: number): ValueId {
    return this.#define({ op: 'kernel-variable', btfId });
  }

  // Terminators

  jump(target: BlockId): void {
    this.#terminate({ op: 'jump', target });
  }

  branch(
    operator: CompareOp,
    a: Operand,
    b: Operand,
    then: BlockId,
    otherwise: BlockId,
    hints: BranchHints = {},
  ): void {
    const { width = 64, likely } = hints;
    const operands = { a: this.value(a), b: this.value(b) };
    this.#terminate({
      op: 'branch',
      operator,
      width,
      ...operands,
      then,
      otherwise,
      ...(likely ? { likely } : {}),
    });
  }

  switch(
    value: ValueId,
    cases: readonly { readonly match: bigint; readonly target: BlockId }[],
    otherwise: BlockId,
  ): void {
    this.#terminate({ op: 'switch', value, cases, otherwise });
  }

  ret(value: Operand = 0n): void {
    this.#terminate({ op: 'return', value: this.value(value) });
  }

  // Variables

  /** A mutable variable. Reading it where no path has written it gives 0. */
  variable(initial?: Operand): Variable {
    const variable = this.#variables.create();
    if (initial !== undefined) this.write(variable, initial);
    return variable;
  }

  write(variable: Variable, value: Operand): void {
    const resolved = this.value(value);
    this.#variables.write(variable, this.#open().id, resolved);
  }

  read(variable: Variable): ValueId {
    return this.#variables.read(variable, this.#open().id);
  }

  // The end

  /** The finished function. Every reachable block must have a terminator. */
  finish(): IrFunction {
    for (const id of this.#blocks.keys()) this.#variables.seal(id);
    for (const phi of this.#variables.phis()) {
      this.#draft(phi.block).phis.push({ op: 'phi', result: phi.result, incoming: phi.incoming });
    }
    const reachable = this.#reachable();
    const ids = new Set(reachable.map((draft) => draft.id));
    return {
      name: this.name,
      parameters: this.parameters,
      stackObjects: this.#stackObjects,
      blocks: reachable.map((draft) => this.#finishBlock(draft, ids)),
      nextValue: this.#nextValue,
      nextBlock: this.#nextBlock,
    };
  }

  #finishBlock(draft: Draft, reachable: ReadonlySet<BlockId>): IrBlock {
    const resolve = (value: ValueId) => this.#variables.resolve(value);
    const phis = draft.phis.map((phi) =>
      isPhi(phi) ? { ...phi, incoming: phi.incoming.filter((entry) => reachable.has(entry.block)) } : phi,
    );
    return {
      id: draft.id,
      instructions: [...phis, ...draft.body].map((instruction) => mapOperands(instruction, resolve)),
      terminator: mapTerminatorOperands(must(draft.terminator, `terminator of block ${draft.id}`), resolve),
    };
  }

  #reachable(): Draft[] {
    const seen = new Set<BlockId>([this.entry]);
    for (const id of seen) {
      const terminator = must(this.#draft(id).terminator, `terminator of block ${id} of ${this.name}`);
      for (const next of successorsOf(terminator)) seen.add(next);
    }
    return [...seen].map((id) => this.#draft(id));
  }

  #define(instruction: WithoutResult<Instruction>): ValueId {
    const result = valueId(this.#nextValue++);
    this.#append({ ...instruction, result });
    return result;
  }

  #append(instruction: Instruction): void {
    if (++this.#count > mostInstructions) throw new TooManyInstructionsError();
    this.#open().body.push(this.#span ? { ...instruction, span: this.#span } : instruction);
  }

  /** The block to write to: after a terminator, one that nothing reaches. */
  #open(): Draft {
    if (this.#current.terminator) this.switchTo(this.block());
    return this.#current;
  }

  #terminate(terminator: Terminator): void {
    const draft = this.#open();
    draft.terminator = this.#span ? { ...terminator, span: this.#span } : terminator;
    for (const next of successorsOf(terminator)) {
      assert(!this.#variables.isSealed(next), `jump to block ${next} of ${this.name} after it was sealed`);
      this.#draft(next).predecessors.add(draft.id);
    }
  }

  #undefinedValue(): ValueId {
    if (this.#zero === undefined) {
      this.#zero = valueId(this.#nextValue++);
      this.#draft(this.entry).body.unshift({ op: 'const', result: this.#zero, value: 0n });
    }
    return this.#zero;
  }

  #arguments(args: readonly Operand[]): readonly ValueId[] {
    assert(args.length <= 5, `${this.name}: a call has at most five arguments, not ${args.length}`);
    return args.map((arg) => this.value(arg));
  }

  #draft(id: BlockId): Draft {
    return must(this.#blocks.get(id), `block ${id} of ${this.name}`);
  }
}
