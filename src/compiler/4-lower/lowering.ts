/**
 * Lowers one BPF program: typed statements → intermediate form. Scalars are values; everything else lives in
 * memory and is written straight to where it is wanted (a key, a map value, a record), never built and copied.
 */
import { must } from '../../base/assert.ts';
import type { ResolvedProbe } from '../../probes/probe-type.ts';
import { sizeOf } from '../../program/layout.ts';
import type { UserMap } from '../../program/program.ts';
import type { Type } from '../../program/types.ts';
import type { TypedExpression } from '../3-check/typed.ts';
import type { Span } from '../ast.ts';
import { FunctionBuilder, type Operand } from '../ir/builder.ts';
import type { ValueId } from '../ir.ts';
import { positionOf } from '../messages/position.ts';
import { lowerInto, lowerPlace, lowerValue } from './expressions.ts';
import { type Callee, Frame, Leave, type SlotKey } from './frame.ts';
import type { FunctionList } from './function-list.ts';
import type { Place } from './place.ts';
import type { ProgramBuilder } from './program-builder.ts';
import { lookUpScratch } from './scratch-map.ts';
import { VariableStorage } from './variable-storage.ts';

/** Places larger than this go to per-CPU scratch memory, and so do all once the stack is spoken for. */
const stackObjectLimit = 96;

export interface LoweringOptions {
  /** All that lead to this program; alike as far as it can tell. */
  readonly probes: readonly ResolvedProbe[];
  /** Found out by a first attempt: the program needs scratch memory of this map. */
  readonly scratchMap: number | undefined;
  /** The predicate needs some of it already. */
  readonly scratchInPredicate: boolean;
  /** Where functions that the program calls are put. */
  readonly functions: FunctionList;
  /** Bytes of stack for variables and temporaries; see call-depth.ts. */
  readonly stackBudget: number;
  /** Undefined for the entry of the program. */
  readonly callee?: Callee;
}

export class Lowering {
  readonly program: ProgramBuilder;
  readonly b: FunctionBuilder;
  readonly probe: ResolvedProbe;
  readonly probes: readonly ResolvedProbe[];
  readonly variables = new VariableStorage(this);
  readonly functions: FunctionList;
  readonly callee: Callee | undefined;
  readonly #options: LoweringOptions;
  #expression: TypedExpression | undefined;
  #scratchBase: ValueId | undefined;
  #scratchUsed = 0;
  #stackUsed = 0;
  /** Where `return` goes; loops push their own exits in statements.ts. */
  readonly loops: {
    readonly breakTo: import('../ir.ts').BlockId;
    readonly continueTo: import('../ir.ts').BlockId;
  }[] = [];

  constructor(program: ProgramBuilder, builder: FunctionBuilder, options: LoweringOptions) {
    this.program = program;
    this.b = builder;
    this.probes = options.probes;
    this.probe = must(options.probes[0], 'probe of a program');
    this.functions = options.functions;
    this.callee = options.callee;
    this.#options = options;
    this.predicateNeedsScratch = options.scratchInPredicate;
  }

  get target() {
    return this.program.target;
  }

  get context(): ValueId {
    return this.callee === undefined ? this.b.parameters[0]! : this.loadSlot('context');
  }

  /** The instructions that follow come from this place in the source. */
  at(span: Span): void {
    let outer = span;
    while (outer.expandedFrom !== undefined) outer = outer.expandedFrom;
    this.b.at(positionOf(outer.source, outer.start));
  }

  // Expressions

  /** The innermost expression that is being lowered: the place of what fails when the program runs. */
  get expressionSpan(): Span {
    return must(this.#expression, 'expression that is lowered').span;
  }

  value(expression: TypedExpression): ValueId {
    return this.within(expression, () => lowerValue(this, expression));
  }

  into(expression: TypedExpression, to: Place): void {
    this.within(expression, () => lowerInto(this, expression, to));
  }

  place(expression: TypedExpression): Place {
    return this.within(expression, () => lowerPlace(this, expression));
  }

  /** Runs `lower`, which lowers the expression in another way than the three above. */
  within<T>(expression: TypedExpression, lower: () => T): T {
    const outer = this.#expression;
    this.#expression = expression;
    const result = lower();
    this.#expression = outer;
    return result;
  }

  // Memory

  address({ base, offset }: Place): ValueId {
    return offset === 0 ? base : this.b.binary('add', base, BigInt(offset));
  }

  /** Memory for a temporary value. */
  temporary(size: number): Place {
    const rounded = (size + 7) & ~7;
    const { stackBudget } = this.#options;
    if (rounded <= stackObjectLimit && this.#stackUsed + rounded <= stackBudget)
      return this.stackBlock(rounded);
    return this.scratch(rounded);
  }

  /** Memory that has to be on the stack, whatever it takes. */
  stackBlock(size: number): Place {
    this.#stackUsed += size;
    return { base: this.b.stackAddress(this.b.stackObject(size, 8)), offset: 0, align: 8 };
  }

  temporaryFor(type: Type): Place {
    return this.temporary(Math.max(1, sizeOf(type)));
  }

  /** Gives the stack back that `body` took for temporaries. */
  withTemporaries<T>(body: () => T): T {
    const [stack, scratch] = [this.#stackUsed, this.#scratchUsed];
    const result = body();
    this.scratchNeeded = Math.max(this.scratchNeeded, this.#scratchUsed);
    this.#stackUsed = stack;
    this.#scratchUsed = scratch;
    return result;
  }

  /** Most scratch bytes in use at any time. */
  scratchNeeded = 0;

  scratch(size: number): Place {
    const offset = this.#scratchUsed;
    this.#scratchUsed += (size + 7) & ~7;
    this.scratchNeeded = Math.max(this.scratchNeeded, this.#scratchUsed);
    // Without the map this is the first attempt, made to learn the size: any address will do.
    return { base: this.#scratchStart(), offset, align: 8 };
  }

  #scratchStart(): ValueId {
    if (this.callee !== undefined && this.#options.scratchMap !== undefined) return this.loadSlot('scratch');
    return this.#scratchBase ?? this.b.parameters[0]!;
  }

  /** The first scratch byte that is free now, for a function that is called now. */
  freeScratch(): ValueId {
    return this.address({ base: this.#scratchStart(), offset: this.#scratchUsed, align: 8 });
  }

  /** A function called now needed `size` bytes from there on. */
  noteScratch(size: number): void {
    this.scratchNeeded = Math.max(this.scratchNeeded, this.#scratchUsed + size);
  }

  readonly predicateNeedsScratch: boolean;

  /** Looks scratch memory up once, where everything that follows can use it. */
  prepareScratch(): void {
    const { scratchMap } = this.#options;
    if (scratchMap === undefined || this.#scratchBase !== undefined) return;
    const base = lookUpScratch(this, scratchMap);
    this.returnIf('eq', base, 0n);
    this.#scratchBase = base;
  }

  // Functions of the same program

  /** Starts another function, which gets a frame as its parameter number `parameter`. */
  child(kind: Callee['kind'], name: string, parameters: number, parameter: number): Lowering {
    const callee: Callee = {
      kind,
      frame: new Frame(),
      parameter,
      ...(kind === 'loop' ? { outer: this } : {}),
    };
    const builder = new FunctionBuilder(name, parameters);
    builder.at(this.b.place);
    return new Lowering(this.program, builder, { ...this.#options, callee });
  }

  /** The address of the frame that this function got. */
  get frameAddress(): ValueId {
    return this.b.parameters[must(this.callee, 'frame of a called function').parameter]!;
  }

  /** Address and offset of a slot in the frame that this function got. */
  slot(key: SlotKey): Place {
    const { frame } = must(this.callee, 'frame of a called function');
    return { base: this.frameAddress, offset: frame.slot(key), align: 8 };
  }

  /** What the caller put there, which it does not change. */
  loadSlot(key: SlotKey): ValueId {
    const { base, offset } = this.slot(key);
    return this.b.load(8, base, offset, { invariant: true });
  }

  // Control

  /** Returns from the probe's action or the subprogram, also out of loops. */
  leave(value: Operand = 0n): void {
    if (this.callee?.kind !== 'loop') return this.b.ret(value);
    this.#storeSlot('result', value);
    this.#storeSlot('leave', Leave.function);
    this.b.ret(1n);
  }

  /** Ends the probe's action, also out of loops and subprograms. */
  endProbe(): void {
    if (this.callee === undefined) return this.b.ret(0n);
    this.#storeSlot('leave', Leave.probe);
    this.b.ret(1n);
  }

  #storeSlot(key: SlotKey, value: Operand): void {
    const { base, offset } = this.slot(key);
    this.b.store(8, base, offset, value);
  }

  /** After a call: goes on leaving when the callee, whose frame is at `at`, asked for that. */
  leaveAsAsked(frame: Frame, { base, offset }: Place): void {
    const asked = frame.find('leave');
    if (asked === undefined) return;
    const leave = this.b.load(8, base, offset + asked);
    const result = frame.find('result');
    this.when('eq', leave, Leave.probe, () => this.endProbe());
    if (result !== undefined)
      this.when('ne', leave, 0n, () => this.leave(this.b.load(8, base, offset + result)));
  }

  /** Leaves the program when the comparison holds; the way on is the likely one. */
  returnIf(operator: 'eq' | 'ne', a: Operand, b: Operand): void {
    const [leave, on] = [this.b.block(), this.b.block()];
    this.b.branch(operator, a, b, leave, on, { likely: 'otherwise' });
    this.b.switchTo(leave);
    this.endProbe();
    this.b.switchTo(on);
  }

  /** Runs `body` in a block of its own when the comparison holds, then goes on. */
  when(
    operator: 'eq' | 'ne' | 'gt' | 'slt',
    a: Operand,
    b: Operand,
    body: () => void,
    likely: 'then' | 'otherwise' = 'otherwise',
  ): void {
    const [inside, on] = [this.b.block(), this.b.block()];
    this.b.branch(operator, a, b, inside, on, { likely });
    this.b.switchTo(inside);
    body();
    if (!this.b.terminated) this.b.jump(on);
    this.b.switchTo(on);
  }

  /** Counts a loss; off the common path, so an atomic add is cheap enough. */
  countLoss(counter: 'ringBufferFull' | 'stackCollision'): void {
    const { map, offset } = this.program.lossCounter(counter);
    this.b.atomic('add', 8, this.b.mapValue(map, offset), 0, 1n);
  }

  /** Counts a refused update of a map; gives how many there were before. */
  countRefused(userMap: UserMap): ValueId {
    const { map, offset } = this.program.lossCounter(userMap);
    const counter = this.b.mapValue(map, offset);
    if (this.target.has('atomic_fetch')) return this.b.atomicFetch('add', 8, counter, 0, 1n);
    const before = this.b.load(8, counter, 0);
    this.b.atomic('add', 8, counter, 0, 1n);
    return before;
  }
}
