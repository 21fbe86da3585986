/**
 * Integer expressions over random inputs: the emitted program run in the interpreter, the same program run by the
 * kernel (BPF_PROG_TEST_RUN), and an evaluator written from the language reference (part 3.2) must agree.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Machine } from '../../src/bpf/interpreter/machine.ts';
import { compile } from '../../src/compiler/compile.ts';
import { Features } from '../../src/features/features.ts';
import { hostTarget } from '../../src/host/target.ts';
import { openDescriptors } from '../../src/kernel/fd.ts';
import { nativeKernel } from '../../src/kernel/native.ts';
import { load } from '../../src/loader/load.ts';
import type { Program } from '../../src/program/program.ts';
import type { IsaVersion } from '../../src/program/target.ts';

/** A value as the language sees it. `open`: a non-negative literal, whose sign is the other operand's. */
interface Value {
  readonly value: bigint;
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  readonly open: boolean;
}

interface Inputs {
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
  readonly d: bigint;
}

interface Term {
  readonly text: string;
  readonly evaluate: (inputs: Inputs) => Value;
}

const wrap = (value: bigint, size: number, signed: boolean): bigint =>
  signed ? BigInt.asIntN(size * 8, value) : BigInt.asUintN(size * 8, value);
const value64 = (value: bigint, signed: boolean): Value => ({
  value: wrap(value, 8, signed),
  size: 8,
  signed,
  open: false,
});
const truth = (value: boolean): Value => ({ value: value ? 1n : 0n, size: 1, signed: false, open: false });

const leaves: fc.Arbitrary<Term> = fc.oneof(
  fc.constantFrom<Term>(
    { text: '@a', evaluate: ({ a }) => ({ value: a, size: 8, signed: true, open: false }) },
    { text: '@b', evaluate: ({ b }) => ({ value: b, size: 8, signed: false, open: false }) },
    { text: '@c', evaluate: ({ c }) => ({ value: c, size: 4, signed: false, open: false }) },
    { text: '@d', evaluate: ({ d }) => ({ value: d, size: 1, signed: true, open: false }) },
  ),
  fc
    .constantFrom(
      0n,
      1n,
      2n,
      3n,
      7n,
      8n,
      255n,
      256n,
      65535n,
      0x7fffffffn,
      0x80000000n,
      0xffffffffn,
      0x7fffffffffffffffn,
    )
    .map(
      (value): Term => ({
        text: String(value),
        evaluate: () => ({ value, size: 8, signed: true, open: true }),
      }),
    ),
);

/** The sign of an operation: a literal takes the other's. */
function commonSign(x: Value, y: Value): boolean {
  if (x.open !== y.open) return (x.open ? y : x).signed;
  return x.signed || y.signed;
}

type Operation = (x: bigint, y: bigint) => bigint;
const operations: Readonly<Record<string, Operation>> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '/': (x, y) => (y === 0n ? 1n : x / y),
  '%': (x, y) => (y === 0n ? 1n : x % y),
  '&': (x, y) => x & y,
  '|': (x, y) => x | y,
  '^': (x, y) => x ^ y,
};
const comparisons: Readonly<Record<string, (x: bigint, y: bigint) => boolean>> = {
  '==': (x, y) => x === y,
  '!=': (x, y) => x !== y,
  '<': (x, y) => x < y,
  '<=': (x, y) => x <= y,
  '>': (x, y) => x > y,
  '>=': (x, y) => x >= y,
};

function binary(op: string, left: Term, right: Term): Term {
  return {
    text: `(${left.text} ${op} ${right.text})`,
    evaluate: (inputs) => {
      const [x, y] = [left.evaluate(inputs), right.evaluate(inputs)];
      const signed = commonSign(x, y);
      const [a, b] = [wrap(x.value, 8, signed), wrap(y.value, 8, signed)];
      const comparison = comparisons[op];
      if (comparison !== undefined) return truth(comparison(a, b));
      if (op === '-') return value64(x.value - y.value, true);
      return value64(operations[op]!(a, b), signed);
    },
  };
}

function shift(op: '<<' | '>>', left: Term, count: number): Term {
  return {
    text: `(${left.text} ${op} ${count})`,
    evaluate: (inputs) => {
      const x = left.evaluate(inputs);
      return value64(op === '<<' ? x.value << BigInt(count) : x.value >> BigInt(count), x.signed);
    },
  };
}

const casts = [
  ['int8', 1, true],
  ['uint8', 1, false],
  ['int16', 2, true],
  ['uint32', 4, false],
  ['int32', 4, true],
  ['uint64', 8, false],
  ['int64', 8, true],
] as const;

function cast([name, size, signed]: (typeof casts)[number], operand: Term): Term {
  return {
    text: `(${name})${operand.text}`,
    evaluate: (inputs) => ({
      value: wrap(operand.evaluate(inputs).value, size, signed),
      size,
      signed,
      open: false,
    }),
  };
}

/** Literal with literal would fold, by other rules: at least one side is a value. */
const valued = (term: Term): Term => (/[@(]/.test(term.text) ? term : cast(casts[6], term));

const terms = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaves,
    fc
      .tuple(
        fc.constantFrom(...Object.keys(operations), ...Object.keys(comparisons)),
        tie('term'),
        tie('term'),
      )
      .map(([op, x, y]) => binary(op, valued(x), y)),
    fc
      .tuple(fc.constantFrom<'<<' | '>>'>('<<', '>>'), tie('term'), fc.integer({ min: 0, max: 63 }))
      .map(([op, x, n]) => shift(op, valued(x), n)),
    fc.tuple(fc.constantFrom(...casts), tie('term')).map(([type, x]) => cast(type, valued(x))),
    tie('term').map((x): Term => {
      const operand = valued(x);
      return {
        text: `(!${operand.text})`,
        evaluate: (inputs) => truth(operand.evaluate(inputs).value === 0n),
      };
    }),
    fc.tuple(tie('term'), tie('term'), fc.constantFrom('&&', '||')).map(([x, y, op]): Term => {
      const [p, q] = [valued(x), valued(y)];
      const decide = (a: boolean, b: () => boolean) => (op === '&&' ? a && b() : a || b());
      return {
        text: `(${p.text} ${op} ${q.text})`,
        evaluate: (i) => truth(decide(p.evaluate(i).value !== 0n, () => q.evaluate(i).value !== 0n)),
      };
    }),
    fc.tuple(tie('term'), tie('term'), tie('term')).map(([c, x, y]): Term => {
      const [condition, yes, no] = [valued(c), cast(casts[6], valued(x)), cast(casts[6], valued(y))];
      return {
        text: `(${condition.text} ? ${yes.text} : ${no.text})`,
        evaluate: (i) => (condition.evaluate(i).value !== 0n ? yes : no).evaluate(i),
      };
    }),
  ),
})).term;

const inputs: fc.Arbitrary<Inputs> = fc.record({
  a: fc.oneof(fc.bigInt(-(1n << 63n), (1n << 63n) - 1n), fc.bigInt(-9n, 9n)),
  b: fc.oneof(fc.bigInt(0n, (1n << 64n) - 1n), fc.bigInt(0n, 9n)),
  c: fc.oneof(fc.bigInt(0n, 0xffffffffn), fc.bigInt(0n, 9n)),
  d: fc.bigInt(-128n, 127n),
});

const kernel = nativeKernel();
const target = hostTarget(kernel, {});
const isas = ([1, 2, 3, 4] as const).filter((isa) => isa <= new Features(kernel).isa());

/** Reads inputs from maps, which an `end` probe that never runs gives their types. */
function programOf(term: Term, isa: IsaVersion): Program {
  const source = `begin { @out = (int64)${valued(term).text} } end { @a = (int64)0; @b = (uint64)0; @c = (uint32)0; @d = (int8)0 }`;
  const { program, diagnostics } = compile(source, target, { isa });
  if (program === undefined) throw new Error(`${source}\n${diagnostics.map((d) => d.message).join('\n')}`);
  return program;
}

function cell(program: Program, name: string): { readonly map: number; readonly offset: number } {
  const { map, valueOffset } = program.userMaps.find((candidate) => candidate.name === name)!;
  return { map, offset: valueOffset };
}

function put(bytes: Uint8Array, offset: number, value: bigint): void {
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setBigInt64(
    offset,
    BigInt.asIntN(64, value),
    true,
  );
}

function runInInterpreter(program: Program, given: Inputs): bigint {
  const machine = new Machine({ maps: program.maps });
  for (const [name, value] of Object.entries(given)) {
    const { map, offset } = cell(program, `@${name}`);
    const [bytes] = machine.maps[map]!.values(new Uint8Array(4))!;
    if (program.userMaps.some((candidate) => candidate.name === `@${name}`)) put(bytes!, offset, value);
  }
  const { code, relocations } = program.functions[0]!;
  machine.run(code, relocations, { args: [] });
  const { map, offset } = cell(program, '@out');
  const [bytes] = machine.maps[map]!.values(new Uint8Array(4))!;
  return new DataView(bytes!.buffer, bytes!.byteOffset).getBigInt64(offset, true);
}

function runInKernel(program: Program, given: Inputs): bigint {
  const loaded = load(program, kernel);
  try {
    const key = new Uint8Array(4);
    for (const [name, value] of Object.entries(given)) {
      const { map, offset } = cell(program, `@${name}`);
      const bytes = new Uint8Array(program.maps[map]!.valueSize);
      put(bytes, offset, value);
      loaded.maps[map]!.update(key, bytes);
    }
    loaded.functions[0]!.testRun();
    const { map, offset } = cell(program, '@out');
    const bytes = loaded.maps[map]!.lookup(key)!;
    return new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(offset, true);
  } finally {
    loaded.close();
  }
}

afterAll(() => expect(openDescriptors()).toEqual([]));

describe('integer expressions', () => {
  it.each(isas)('agree between reference, interpreter and kernel with instruction set v%d', (isa) => {
    fc.assert(
      fc.property(terms, fc.array(inputs, { minLength: 1, maxLength: 4 }), (term, given) => {
        const program = programOf(term, isa);
        for (const one of given) {
          const expected = BigInt.asIntN(64, valued(term).evaluate(one).value);
          expect(runInInterpreter(program, one), 'interpreter').toBe(expected);
        }
        const first = given[0]!;
        expect(runInKernel(program, first), 'kernel').toBe(
          BigInt.asIntN(64, valued(term).evaluate(first).value),
        );
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 150) },
    );
  });
});
