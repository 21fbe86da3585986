/**
 * One step of the unwinder as a function that `bpf_loop` calls: notes the current address, finds the row for it and
 * with that the caller's frame. The verifier looks at it once, however deep stacks may be; all that changes from step
 * to step is in a per-CPU map value, of which the verifier knows nothing.
 */
import {
  MappingLayout,
  mappingCapacity,
  mappingsPerTable,
  rowKinds,
  rowSize,
  StackLayout,
  savedAtItself,
  signalFrame,
  stackEnds,
} from '../../../program/unwind-table.ts';
import { FunctionBuilder, type Operand } from '../../ir/builder.ts';
import type { CompareOp, IrFunction, ValueId } from '../../ir.ts';
import { helpers } from '../helper-ids.ts';

/** Working memory; the stack that is found follows as it will be kept. */
export const StateLayout = {
  instruction: 0,
  stack: 8,
  base: 16,
  /** 1 behind a call: the address is that of the next instruction, which may belong to something else. */
  adjust: 24,
  firstMapping: 32,
  mappingCount: 40,
  hash: 48,
  /** Of a search. */
  position: 56,
  found: 64,
} as const;

export interface FrameStep {
  readonly name: string;
  readonly state: number;
  readonly rows: number;
  readonly mappings: number;
  readonly rowCapacity: number;
  readonly limit: number;
}

/** Odd, and about 2^64 over the golden ratio: spreads every bit over the upper half. */
const hashFactor = 0x9e3779b97f4a7c15n;

export function buildFrameStep(step: FrameStep): IrFunction {
  return new StepBuilder(step).build();
}

class StepBuilder {
  readonly #step: FrameStep;
  readonly #b: FunctionBuilder;

  constructor(step: FrameStep) {
    this.#step = step;
    this.#b = new FunctionBuilder(step.name, 2);
  }

  build(): IrFunction {
    const b = this.#b;
    const key = b.stackAddress(b.stackObject(4, 4));
    b.store(4, key, 0, 0n);
    const state = b.call(helpers.mapLookup, [b.map(this.#step.state), key]);
    this.#endIf('eq', state, 0n);
    const instruction = b.load(8, state, StateLayout.instruction);
    this.#note(state, instruction);
    const address = b.binary('sub', instruction, b.load(8, state, StateLayout.adjust));
    const row = this.#findRow(state, address);
    this.#follow(state, instruction, row);
    return b.finish();
  }

  /** Ends the loop when the comparison holds, and keeps why. */
  #endIf(
    operator: CompareOp,
    a: Operand,
    c: Operand,
    why?: { readonly state: ValueId; readonly end: number },
  ): void {
    const b = this.#b;
    const [end, on] = [b.block(), b.block()];
    b.branch(operator, a, c, end, on, { likely: 'otherwise' });
    b.switchTo(end);
    if (why !== undefined) b.store(4, why.state, StateLayout.found + StackLayout.end, BigInt(why.end));
    b.ret(1n);
    b.switchTo(on);
  }

  #end(state: ValueId, end: number): void {
    this.#b.store(4, state, StateLayout.found + StackLayout.end, BigInt(end));
    this.#b.ret(1n);
  }

  /** Adds the address to the stack and to its hash. */
  #note(state: ValueId, instruction: ValueId): void {
    const b = this.#b;
    const count = b.load(4, state, StateLayout.found + StackLayout.count);
    this.#endIf('ge', count, BigInt(this.#step.limit));
    const place = b.binary('add', state, b.binary('lsh', count, 3n));
    b.store(8, place, StateLayout.found + StackLayout.frames, instruction);
    b.store(4, state, StateLayout.found + StackLayout.count, b.binary('add', count, 1n));
    const mixed = b.binary(
      'mul',
      b.binary('xor', b.load(8, state, StateLayout.hash), instruction),
      hashFactor,
    );
    b.store(8, state, StateLayout.hash, b.binary('xor', mixed, b.binary('rsh', mixed, 29n)));
  }

  #findRow(state: ValueId, address: ValueId): ValueId {
    const b = this.#b;
    const noTable = { state, end: stackEnds.noTable };
    const first = b.load(8, state, StateLayout.firstMapping);
    const last = b.binary('add', first, b.load(8, state, StateLayout.mappingCount));
    this.#endIf('ge', first, last, noTable);
    const mapping = this.#search(state, {
      ...{ first, last, steps: mappingsPerTable / 2, capacity: mappingCapacity },
      isBelow: (at) => this.#notAbove(b.load(8, this.#mapping(at), MappingLayout.start), address),
    });
    this.#endIf('ge', mapping, BigInt(mappingCapacity), noTable);
    const entry = this.#mapping(mapping);
    this.#endIf('lt', address, b.load(8, entry, MappingLayout.start), noTable);
    this.#endIf('ge', address, b.load(8, entry, MappingLayout.end), noTable);
    const relative = b.binary('sub', address, b.load(8, entry, MappingLayout.bias));
    return this.#findRowIn(state, entry, relative);
  }

  #mapping(index: ValueId): ValueId {
    const b = this.#b;
    return b.binary(
      'add',
      b.mapValue(this.#step.mappings),
      b.binary('mul', index, BigInt(MappingLayout.size)),
    );
  }

  #row(index: ValueId): ValueId {
    const b = this.#b;
    return b.binary('add', b.mapValue(this.#step.rows), b.binary('mul', index, BigInt(rowSize)));
  }

  #findRowIn(state: ValueId, mapping: ValueId, relative: ValueId): ValueId {
    const b = this.#b;
    const { rowCapacity } = this.#step;
    const first = b.load(4, mapping, MappingLayout.firstRow);
    const last = b.binary('add', first, b.load(4, mapping, MappingLayout.rowCount));
    this.#endIf('ge', first, last, { state, end: stackEnds.noTable });
    const found = this.#search(state, {
      ...{
        first,
        last,
        steps: 2 ** Math.max(0, Math.ceil(Math.log2(rowCapacity)) - 1),
        capacity: rowCapacity,
      },
      isBelow: (at) => this.#notAbove(b.load(4, this.#row(at), 0), relative),
    });
    this.#endIf('ge', found, BigInt(rowCapacity), { state, end: stackEnds.noTable });
    const row = b.load(8, this.#row(found), 0);
    this.#endIf('gt', b.binary('and', row, 0xffff_ffffn), relative, { state, end: stackEnds.noRule });
    return row;
  }

  #notAbove(value: ValueId, limit: ValueId) {
    return { operator: 'le', a: value, b: limit } as const;
  }

  /**
   * The last of the ascending elements that is below, or the first: halving, without a loop of the machine. The place
   * is kept in memory from step to step: numbers in registers the verifier would follow along every way through.
   */
  #search(state: ValueId, { first, last, steps, capacity, isBelow }: Search): ValueId {
    const b = this.#b;
    b.store(8, state, StateLayout.position, first);
    for (let step = steps; step >= 1; step /= 2) {
      const [inside, inMap, take, on] = [b.block(), b.block(), b.block(), b.block()];
      const candidate = b.binary('add', b.load(8, state, StateLayout.position), BigInt(step));
      b.branch('lt', candidate, last, inside, on);
      b.switchTo(inside);
      b.branch('lt', candidate, BigInt(capacity), inMap, on);
      b.switchTo(inMap);
      const { operator, a, b: limit } = isBelow(candidate);
      b.branch(operator, a, limit, take, on);
      b.switchTo(take);
      b.store(8, state, StateLayout.position, candidate);
      b.jump(on);
      b.switchTo(on);
    }
    return b.load(8, state, StateLayout.position);
  }

  /** Finds the caller's frame by the row, and makes it the current one. */
  #follow(state: ValueId, instruction: ValueId, row: ValueId): void {
    const b = this.#b;
    const kind = b.binary('and', b.binary('rsh', row, 48n), 0xffn);
    const words = b.binary('arsh', b.binary('lsh', row, 16n), 48n);
    const distance = b.binary('lsh', words, 3n);
    const [stack, base] = [b.load(8, state, StateLayout.stack), b.load(8, state, StateLayout.base)];
    const cfa = b.variable(0n);
    const done = b.block();
    const ways: readonly (readonly [kind: number, way: () => ValueId | undefined])[] = [
      [rowKinds.stackPointer, () => b.binary('add', stack, distance)],
      [rowKinds.basePointer, () => b.binary('add', base, distance)],
      [rowKinds.behindBasePointer, () => this.#read(state, b.binary('add', base, distance))],
      [
        rowKinds.behindStackPointer,
        () => b.binary('add', this.#read(state, b.binary('add', stack, distance)), 8n),
      ],
      [rowKinds.linkage, () => this.#linkage(stack, instruction, words)],
      [rowKinds.signal, () => this.#signal(state, stack)],
      [rowKinds.outermost, () => this.#outermost(state)],
    ];
    for (const [number, way] of ways) {
      const [here, next] = [b.block(), b.block()];
      b.branch('eq', kind, BigInt(number), here, next);
      b.switchTo(here);
      const address = way();
      if (address !== undefined) {
        b.write(cfa, address);
        b.jump(done);
      }
      b.switchTo(next);
    }
    this.#end(state, stackEnds.noRule);
    b.seal(done);
    b.switchTo(done);
    this.#return(state, { cfa: b.read(cfa), stack, base, row });
  }

  #return(
    state: ValueId,
    {
      cfa,
      stack,
      base,
      row,
    }: { readonly cfa: ValueId; readonly stack: ValueId; readonly base: ValueId; readonly row: ValueId },
  ): void {
    const b = this.#b;
    // A caller's frame lies above: what does not would lead in circles.
    this.#endIf('le', cfa, stack, { state, end: stackEnds.noRule });
    const saved = b.binary('arsh', row, 56n);
    const place = b.variable(b.binary('add', cfa, b.binary('lsh', saved, 3n)));
    const [itself, known] = [b.block(), b.block()];
    b.branch('eq', saved, BigInt(savedAtItself), itself, known);
    b.switchTo(itself);
    b.write(place, base);
    b.jump(known);
    b.switchTo(known);
    const [isSaved, on] = [b.block(), b.block()];
    b.branch('ne', saved, 0n, isSaved, on);
    b.switchTo(isSaved);
    b.store(8, state, StateLayout.base, this.#read(state, b.read(place)));
    b.jump(on);
    b.switchTo(on);
    const returned = this.#read(state, b.binary('sub', cfa, 8n));
    this.#endIf('eq', returned, 0n);
    b.store(8, state, StateLayout.instruction, returned);
    b.store(8, state, StateLayout.stack, cfa);
    b.store(8, state, StateLayout.adjust, 1n);
    b.ret(0n);
  }

  /** `jmp *got; push n; jmp resolver`: behind the push there is a word more. */
  #linkage(stack: ValueId, instruction: ValueId, pushEnd: ValueId): ValueId {
    const b = this.#b;
    const pushed = b.compare('ge', b.binary('and', instruction, 15n), pushEnd);
    return b.binary('add', b.binary('add', stack, 8n), b.binary('lsh', pushed, 3n));
  }

  #outermost(state: ValueId): undefined {
    this.#end(state, stackEnds.complete);
    return undefined;
  }

  #signal(state: ValueId, stack: ValueId): undefined {
    const b = this.#b;
    const at = (offset: number) => this.#read(state, b.binary('add', stack, BigInt(offset)));
    const instruction = at(signalFrame.instruction);
    const base = at(signalFrame.base);
    const interrupted = at(signalFrame.stack);
    b.store(8, state, StateLayout.instruction, instruction);
    b.store(8, state, StateLayout.base, base);
    b.store(8, state, StateLayout.stack, interrupted);
    b.store(8, state, StateLayout.adjust, 0n);
    b.ret(0n);
    return undefined;
  }

  /** A word of the program's memory. */
  #read(state: ValueId, address: ValueId): ValueId {
    const b = this.#b;
    const to = b.stackAddress(b.stackObject(8, 8));
    const result = b.call(helpers.probeReadUser, [to, 8n, address]);
    this.#endIf('ne', result, 0n, { state, end: stackEnds.unreadable });
    return b.load(8, to, 0);
  }
}

interface Search {
  readonly first: ValueId;
  readonly last: ValueId;
  /** Half of a power of two that is not less than the number of elements. */
  readonly steps: number;
  readonly capacity: number;
  readonly isBelow: (at: ValueId) => {
    readonly operator: CompareOp;
    readonly a: ValueId;
    readonly b: ValueId;
  };
}
