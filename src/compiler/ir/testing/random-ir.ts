/**
 * Random programs in the intermediate form, for property tests of optimiser and emitter: arithmetic over a few
 * variables, ifs, bounded loops, switches, stack memory, a map value, helper and local calls. Every program ends,
 * touches only its own memory, and returns a number that depends on all its variables, so that any two ways to run
 * it can be compared.
 */
import fc from 'fast-check';
import type { BinaryOp, CompareOp, IrModule, UnaryOp, ValueId, Width } from '../../ir.ts';
import { FunctionBuilder, type Operand, type Variable } from '../builder.ts';

type Size = 1 | 2 | 4 | 8;
/** Index of a variable, or a constant. */
type Term = { readonly variable: number } | { readonly constant: bigint };
interface Condition {
  readonly operator: CompareOp;
  readonly width: Width;
  readonly a: Term;
  readonly b: Term;
}
type Statement =
  | {
      readonly kind: 'binary';
      readonly to: number;
      readonly operator: BinaryOp;
      readonly width: Width;
      readonly a: Term;
      readonly b: Term;
    }
  | { readonly kind: 'unary'; readonly to: number; readonly operator: UnaryOp; readonly a: Term }
  | { readonly kind: 'compare'; readonly to: number; readonly condition: Condition }
  | { readonly kind: 'load'; readonly to: number; readonly place: Place; readonly signed: boolean }
  | { readonly kind: 'store'; readonly place: Place; readonly value: Term }
  | {
      readonly kind: 'atomic';
      readonly operator: 'add' | 'or' | 'and' | 'xor' | 'xchg' | 'cmpxchg';
      readonly to: number | undefined;
      readonly wide: boolean;
      readonly slot: number;
      readonly value: Term;
      readonly expected: Term;
    }
  | { readonly kind: 'call'; readonly to: number; readonly pure: boolean }
  | { readonly kind: 'local'; readonly to: number; readonly a: Term; readonly b: Term }
  | {
      readonly kind: 'if';
      readonly condition: Condition;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: 'loop'; readonly count: number; readonly body: readonly Statement[] }
  | {
      readonly kind: 'switch';
      readonly value: Term;
      readonly cases: readonly { readonly match: bigint; readonly arm: number }[];
      readonly arms: readonly (readonly Statement[])[];
    }
  | { readonly kind: 'return'; readonly condition: Condition };
interface Place {
  readonly memory: 'first' | 'second' | 'map' | 'context';
  /** Multiple of the size. */
  readonly offset: number;
  readonly size: Size;
}

export interface RandomProgram {
  readonly variables: number;
  readonly body: readonly Statement[];
}

export interface RandomOptions {
  readonly variables?: { readonly min: number; readonly max: number };
  /** A map value of {@link mapValueSize} bytes is there. */
  readonly map?: boolean;
  /** Atomics beyond plain addition (ISA v3). */
  readonly atomics?: boolean;
  readonly localCalls?: boolean;
  /** Helper calls, whose results only a simulated world foresees. */
  readonly helpers?: boolean;
}

export const contextWords = 4;
export const mapValueSize = 32;
/** bpf_get_smp_processor_id and bpf_get_current_pid_tgid. */
export const randomHelpers = { impure: 8, pure: 14 } as const;
const objectSize = 16;

const binaryOps: readonly BinaryOp[] = [
  'add',
  'sub',
  'mul',
  'div',
  'sdiv',
  'mod',
  'smod',
  'and',
  'or',
  'xor',
  'lsh',
  'rsh',
  'arsh',
];
const compareOps: readonly CompareOp[] = [
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'sgt',
  'sge',
  'slt',
  'sle',
  'set',
];
const unaryOps: readonly UnaryOp[] = [
  'neg',
  'sext8',
  'sext16',
  'sext32',
  'zext8',
  'zext16',
  'zext32',
  'bswap16',
  'bswap32',
  'bswap64',
];
const sizes: readonly Size[] = [1, 2, 4, 8];

const interesting = [
  0n,
  1n,
  2n,
  3n,
  5n,
  8n,
  10n,
  31n,
  32n,
  63n,
  64n,
  255n,
  256n,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  -1n,
  -2n,
  -8n,
  -0x8000_0000n,
  -0x8000_0001n,
  -(2n ** 63n),
  2n ** 63n - 1n,
];
/** Fewer bits are likelier: those are what folding is about. */
const constant = fc.oneof(fc.constantFrom(...interesting), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n));

export function randomProgram(options: RandomOptions = {}): fc.Arbitrary<RandomProgram> {
  const { variables = { min: 2, max: 6 } } = options;
  return fc
    .integer(variables)
    .chain((count) => statements(count, options).map((body) => ({ variables: count, body })));
}

function statements(variables: number, options: RandomOptions): fc.Arbitrary<readonly Statement[]> {
  const to = fc.nat(variables - 1);
  const term: fc.Arbitrary<Term> = fc.oneof(
    { weight: 3, arbitrary: to.map((variable) => ({ variable })) },
    { weight: 1, arbitrary: constant.map((value) => ({ constant: value })) },
  );
  const width = fc.constantFrom<Width>(32, 64);
  const condition = fc.record({ operator: fc.constantFrom(...compareOps), width, a: term, b: term });
  const memories: Place['memory'][] = ['first', 'second', ...(options.map ? (['map'] as const) : [])];
  const place = (from: readonly Place['memory'][]): fc.Arbitrary<Place> =>
    fc
      .record({ memory: fc.constantFrom(...from), size: fc.constantFrom(...sizes), slot: fc.nat(15) })
      .map(({ memory, size, slot }) => ({
        memory,
        size: memory === 'context' ? 8 : size,
        offset: memory === 'context' ? 8 * (slot % contextWords) : (slot % (objectSize / size)) * size,
      }));
  const simple: fc.WeightedArbitrary<Statement>[] = [
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('binary'),
        to,
        operator: fc.constantFrom(...binaryOps),
        width,
        a: term,
        b: term,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('unary'),
        to,
        operator: fc.constantFrom(...unaryOps),
        a: term,
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('compare'), to, condition }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('load'),
        to,
        place: place([...memories, 'context']),
        signed: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('store'), place: place(memories), value: term }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('return'), condition }) },
  ];
  if (options.helpers !== false) {
    simple.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant('call'), to, pure: fc.boolean() }) });
  }
  if (options.localCalls)
    simple.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant('local'), to, a: term, b: term }) });
  if (options.map) {
    const operator = options.atomics
      ? fc.constantFrom(
          'add' as const,
          'or' as const,
          'and' as const,
          'xor' as const,
          'xchg' as const,
          'cmpxchg' as const,
        )
      : fc.constant('add' as const);
    const result = options.atomics ? fc.option(to, { nil: undefined }) : fc.constant(undefined);
    simple.push({
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('atomic'),
        operator,
        to: result,
        wide: fc.boolean(),
        slot: fc.nat(3),
        value: term,
        expected: term,
      }),
    });
  }
  const { list } = fc.letrec<{ list: readonly Statement[]; statement: Statement; nested: Statement }>(
    (tie) => ({
      nested: fc.oneof(
        fc.record({ kind: fc.constant('if'), condition, then: tie('list'), otherwise: tie('list') }),
        fc.record({ kind: fc.constant('loop'), count: fc.nat(3), body: tie('list') }),
        fc.record({
          kind: fc.constant('switch'),
          value: term,
          cases: fc.array(fc.record({ match: fc.oneof(fc.bigInt(-3n, 12n), constant), arm: fc.nat(2) }), {
            maxLength: 8,
          }),
          arms: fc.tuple(tie('list'), tie('list'), tie('list')),
        }),
      ),
      statement: fc.oneof(
        { maxDepth: 2, depthIdentifier: 'ir' },
        { weight: 12, arbitrary: fc.oneof(...simple) },
        { weight: 4, arbitrary: tie('nested') },
      ),
      list: fc.array(tie('statement'), { maxLength: 8, depthIdentifier: 'ir' }),
    }),
  );
  return list;
}

/** The program as IR. Function 0 takes the address of the context: {@link contextWords} words. */
export function buildRandom(program: RandomProgram): IrModule {
  const main = new Lowering(program).build();
  const helper = new FunctionBuilder('helper', 2);
  const [a, b] = helper.parameters as [ValueId, ValueId];
  const [less, more] = [helper.block(), helper.block()];
  helper.branch('slt', a, b, less, more);
  helper.switchTo(less);
  helper.ret(helper.binary('sub', b, a));
  helper.switchTo(more);
  helper.ret(helper.binary('mul', a, 3n));
  return { functions: [main, helper.finish()] };
}

class Lowering {
  readonly #b = new FunctionBuilder('main', 1);
  readonly #program: RandomProgram;
  readonly #variables: readonly Variable[];
  readonly #objects;
  readonly #context: ValueId;

  constructor(program: RandomProgram) {
    const b = this.#b;
    this.#program = program;
    this.#context = b.parameters[0] as ValueId;
    this.#objects = { first: b.stackObject(objectSize, 8), second: b.stackObject(objectSize, 8) };
    for (const object of Object.values(this.#objects)) {
      for (let at = 0; at < objectSize; at += 8)
        b.store(8, b.stackAddress(object), at, BigInt(at * 0x1234567));
    }
    this.#variables = Array.from({ length: program.variables }, (_, i) =>
      b.variable(b.binary('add', b.load(8, this.#context, 8 * (i % contextWords)), BigInt(i))),
    );
  }

  build() {
    this.#statements(this.#program.body);
    this.#return();
    return this.#b.finish();
  }

  #return(): void {
    const b = this.#b;
    let sum: ValueId = b.const(17n);
    for (const variable of this.#variables)
      sum = b.binary('add', b.binary('mul', sum, 31n), b.read(variable));
    b.ret(b.binary('and', b.binary('xor', sum, b.binary('rsh', sum, 32n)), 0xffff_ffffn));
  }

  #statements(list: readonly Statement[]): void {
    for (const statement of list) this.#statement(statement);
  }

  #statement(s: Statement): void {
    const b = this.#b;
    switch (s.kind) {
      case 'binary':
        this.#write(s.to, b.binary(s.operator, this.#term(s.a), this.#term(s.b), s.width));
        break;
      case 'unary':
        this.#write(s.to, b.unary(s.operator, this.#term(s.a)));
        break;
      case 'compare':
        this.#write(
          s.to,
          b.compare(
            s.condition.operator,
            this.#term(s.condition.a),
            this.#term(s.condition.b),
            s.condition.width,
          ),
        );
        break;
      case 'load':
        this.#write(
          s.to,
          b.load(s.place.size, this.#address(s.place), s.place.offset, {
            signed: s.signed && s.place.memory !== 'context',
            invariant: s.place.memory === 'context',
          }),
        );
        break;
      case 'store':
        b.store(s.place.size, this.#address(s.place), s.place.offset, this.#term(s.value));
        break;
      case 'atomic':
        this.#atomic(s);
        break;
      case 'call':
        this.#write(s.to, b.call(s.pure ? randomHelpers.pure : randomHelpers.impure, [], { pure: s.pure }));
        break;
      case 'local':
        this.#write(s.to, b.callLocal(1, [this.#term(s.a), this.#term(s.b)]));
        break;
      case 'if':
        this.#if(
          s.condition,
          () => this.#statements(s.then),
          () => this.#statements(s.otherwise),
        );
        break;
      case 'return':
        this.#if(
          s.condition,
          () => this.#return(),
          () => {},
        );
        break;
      case 'loop':
        this.#loop(s.count, s.body);
        break;
      case 'switch':
        this.#switch(s);
        break;
    }
  }

  #atomic(s: Extract<Statement, { kind: 'atomic' }>): void {
    const b = this.#b;
    const [size, offset] = s.wide ? ([8, 8 * s.slot] as const) : ([4, 4 * s.slot] as const);
    const base = b.mapValue(0, 0);
    if (s.operator === 'cmpxchg' || s.operator === 'xchg' || s.to !== undefined) {
      const expected = s.operator === 'cmpxchg' ? this.#term(s.expected) : undefined;
      const old = b.atomicFetch(s.operator, size, base, offset, this.#term(s.value), expected);
      if (s.to !== undefined) this.#write(s.to, old);
    } else b.atomic(s.operator, size, base, offset, this.#term(s.value));
  }

  #if(c: Condition, then: () => void, otherwise: () => void): void {
    const b = this.#b;
    const [yes, no, join] = [b.block(), b.block(), b.block()];
    b.branch(c.operator, this.#term(c.a), this.#term(c.b), yes, no, { width: c.width });
    for (const [block, body] of [
      [yes, then],
      [no, otherwise],
    ] as const) {
      b.switchTo(block);
      body();
      if (!b.terminated) b.jump(join);
    }
    b.switchTo(join);
  }

  #loop(count: number, body: readonly Statement[]): void {
    const b = this.#b;
    const counter = b.variable(0n);
    const [head, inside, after] = [b.block(), b.block(), b.block()];
    b.jump(head);
    b.switchTo(head);
    b.branch('lt', b.read(counter), BigInt(count), inside, after);
    b.switchTo(inside);
    this.#statements(body);
    b.write(counter, b.binary('add', b.read(counter), 1n));
    b.jump(head);
    b.switchTo(after);
  }

  #switch(s: Extract<Statement, { kind: 'switch' }>): void {
    const b = this.#b;
    const arms = s.arms.map(() => b.block());
    const join = b.block();
    const cases = s.cases.map((c) => ({ match: c.match, target: arms[c.arm] ?? join }));
    b.switch(b.value(this.#term(s.value)), cases, join);
    s.arms.forEach((arm, index) => {
      b.switchTo(arms[index] ?? join);
      this.#statements(arm);
      b.jump(join);
    });
    b.switchTo(join);
  }

  #address(place: Place): ValueId {
    if (place.memory === 'context') return this.#context;
    return place.memory === 'map'
      ? this.#b.mapValue(0, 0)
      : this.#b.stackAddress(this.#objects[place.memory]);
  }

  #term(term: Term): Operand {
    return 'constant' in term ? term.constant : this.#b.read(this.#variables[term.variable] as Variable);
  }

  #write(to: number, value: ValueId): void {
    this.#b.write(this.#variables[to] as Variable, value);
  }
}
