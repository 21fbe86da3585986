/**
 * Random programs of nested loops, jumps, subprograms and variables of every kind of storage. The reference walks
 * the same tree in plain TypeScript; the compiled program must note down the same in the interpreter and in the
 * kernel, whichever loops became functions of their own.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Machine } from '../../src/bpf/interpreter/machine.ts';
import { compile } from '../../src/compiler/compile.ts';
import { hostTarget } from '../../src/host/target.ts';
import { openDescriptors } from '../../src/kernel/fd.ts';
import { nativeKernel } from '../../src/kernel/native.ts';
import { load } from '../../src/loader/load.ts';
import type { Program } from '../../src/program/program.ts';
import type { Target } from '../../src/program/target.ts';

// Variables: $a and $b in registers, $c with its address taken, $s a string, $t a tuple. @t is what is compared.

interface State {
  readonly variables: Map<string, bigint>;
  s: string;
  readonly elements: Map<bigint, bigint>;
  steps: number;
}

class TooLong extends Error {}
type Outcome = 'on' | 'break' | 'continue' | 'return';
const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);

interface Value {
  readonly text: string;
  readonly of: (state: State) => bigint;
}
interface Step {
  readonly text: string;
  readonly run: (state: State) => Outcome;
}

const names = ['a', 'b', 'c', 'x', 'y'] as const;
const plain = fc.oneof(
  fc.bigInt(0n, 40n).map((value): Value => ({ text: String(value), of: () => value })),
  fc.constantFrom(...names).map((name): Value => ({ text: texts[name], of: read(name) })),
);
/** `x` and `y` are the elements of the tuple. */
const texts = { a: '$a', b: '$b', c: '(*(&$c))', x: '$t.0', y: '$t.1' } as const;
const read = (name: string) => (state: State) => state.variables.get(name) ?? 0n;

const value: fc.Arbitrary<Value> = fc.oneof(
  { arbitrary: plain, weight: 3 },
  fc.tuple(plain, fc.constantFrom('+', '-', '*', '^'), plain).map(([x, op, y]): Value => {
    const operations: Record<string, (p: bigint, q: bigint) => bigint> = {
      '+': (p, q) => p + q,
      '-': (p, q) => p - q,
      '*': (p, q) => p * q,
      '^': (p, q) => p ^ q,
    };
    return {
      text: `((int64)${x.text} ${op} (int64)${y.text})`,
      of: (state) => wrap(operations[op]!(x.of(state), y.of(state))),
    };
  }),
  plain.map(
    ({ text, of }): Value => ({ text: `double((int64)${text})`, of: (state) => wrap(of(state) * 2n) }),
  ),
);

const condition = fc.oneof(
  fc.tuple(value, fc.constantFrom('<', '=='), value).map(([x, op, y]) => ({
    text: `(int64)${x.text} ${op} (int64)${y.text}`,
    holds: (state: State) => (op === '<' ? x.of(state) < y.of(state) : x.of(state) === y.of(state)),
  })),
  fc.constantFrom('one', 'two').map((word) => ({
    text: `$s == "${word}"`,
    holds: (state: State) => state.s === word,
  })),
);

const mark = value.map(
  ({ text, of }): Step => ({
    text: `@t = (int64)@t * 31 + (int64)${text};`,
    run: (state) => {
      state.variables.set('mark', wrap((state.variables.get('mark') ?? 0n) * 31n + of(state)));
      return 'on';
    },
  }),
);
const assign = fc.tuple(fc.constantFrom('a', 'b', 'c'), value).map(
  ([name, { text, of }]): Step => ({
    text: `$${name} = (int64)${text};`,
    run: (state) => {
      state.variables.set(name, of(state));
      return 'on';
    },
  }),
);
const assignTuple = fc.tuple(value, value).map(
  ([x, y]): Step => ({
    text: `$t = ((int64)${x.text}, (int64)${y.text});`,
    run: (state) => {
      const [first, second] = [x.of(state), y.of(state)];
      state.variables.set('x', first).set('y', second);
      return 'on';
    },
  }),
);
const assignString = fc.constantFrom('one', 'two', 'three').map(
  (word): Step => ({
    text: `$s = "${word}";`,
    run: (state) => {
      state.s = word;
      return 'on';
    },
  }),
);
const put = fc.tuple(fc.bigInt(0n, 3n), value).map(
  ([key, { text, of }]): Step => ({
    text: `@m[${key}] = (int64)${text};`,
    run: (state) => {
      state.elements.set(key, of(state));
      return 'on';
    },
  }),
);

function block(steps: readonly Step[]): Step {
  return {
    text: `{ ${steps.map(({ text }) => text).join(' ')} }`,
    run: (state) => {
      for (const step of steps) {
        if (++state.steps > 4000) throw new TooLong();
        const outcome = step.run(state);
        if (outcome !== 'on') return outcome;
      }
      return 'on';
    },
  };
}

function loop(
  rounds: (state: State) => Iterable<unknown>,
  head: (inner: string) => string,
  body: Step,
): Step {
  return {
    text: head(body.text),
    run: (state) => {
      for (const _ of rounds(state)) {
        const outcome = body.run(state);
        if (outcome === 'return') return outcome;
        if (outcome === 'break') break;
      }
      return 'on';
    },
  };
}

let loops = 0;
function* countTo(end: bigint): Generator<bigint> {
  for (let i = 0n; i < end; i++) yield i;
}

const jump = (depth: number): fc.Arbitrary<Step> =>
  fc
    .constantFrom<Outcome>(
      ...(depth > 0 ? (['break', 'continue', 'return'] as const) : (['return'] as const)),
    )
    .map((outcome) => ({ text: `${outcome};`, run: () => outcome }));

function step(depth: number): fc.Arbitrary<Step> {
  const simple = fc.oneof(mark, assign, assignTuple, assignString, put);
  const body = (level: number) => fc.array(step(level), { minLength: 1, maxLength: 3 }).map(block);
  const guarded = fc.tuple(condition, fc.oneof(simple, jump(depth)), simple).map(
    ([c, yes, no]): Step => ({
      text: `if (${c.text}) { ${yes.text} } else { ${no.text} }`,
      run: (state) => (c.holds(state) ? yes : no).run(state),
    }),
  );
  if (depth === 3) return fc.oneof({ arbitrary: simple, weight: 3 }, guarded);
  const fixed = fc.tuple(fc.constantFrom(3, 20), body(depth + 1)).map(([n, inner]) =>
    loop(
      () => countTo(BigInt(n)),
      (text) => `for $i${loops++} : 0..${n} ${text}`,
      inner,
    ),
  );
  const computed = fc.tuple(value, body(depth + 1)).map(([n, inner]) =>
    loop(
      (state) => countTo(n.of(state) & 7n),
      (text) => `for $i${loops++} : 0..((int64)${n.text} & 7) ${text}`,
      inner,
    ),
  );
  // All elements have been there from the start, so the order of the rounds is the only thing left open.
  const overMap = body(depth + 1).map((inner) =>
    loop(
      () => countTo(4n),
      (text) => `for $kv${loops++} : @fixed ${text}`,
      inner,
    ),
  );
  const counted = fc.tuple(fc.constantFrom(2, 5), body(depth + 1)).map(([n, inner]): Step => {
    const name = `w${loops++}`;
    const text = `$${name} = (int64)0; while ($${name} < ${n}) { $${name} += 1; ${inner.text} }`;
    return loop(
      () => countTo(BigInt(n)),
      () => text,
      inner,
    );
  });
  return fc.oneof({ arbitrary: simple, weight: 4 }, guarded, fixed, computed, overMap, counted);
}

const programs = fc.array(step(0), { minLength: 2, maxLength: 5 }).map(block);

function sourceOf({ text }: Step): string {
  return `fn double($n : int64) : int64 { return $n * 2; }
    begin {
      let $a = (int64)1; let $b = (int64)2; let $c = (int64)3; let $s = "three"; let $t = ((int64)4, (int64)5);
      @fixed[0] = 1; @fixed[1] = 1; @fixed[2] = 1; @fixed[3] = 1; @t = (int64)0; @m[9] = (int64)0;
      ${text}
      @t = (int64)@t * 31 + $a + $b * 3 + (*(&$c)) * 5 + $t.0 * 7 + $t.1 * 11 + ($s == "one" ? 1 : 0);
    }`;
}

function expectedOf(program: Step): {
  readonly t: bigint;
  readonly m: readonly (readonly [bigint, bigint])[];
} {
  const variables = new Map([...names].map((name, i): [string, bigint] => [name, BigInt(i + 1)]));
  const state: State = { variables, s: 'three', elements: new Map(), steps: 0 };
  if (program.run(state) !== 'return') {
    const of = (name: string) => variables.get(name) ?? 0n;
    const sum =
      of('a') + of('b') * 3n + of('c') * 5n + of('x') * 7n + of('y') * 11n + (state.s === 'one' ? 1n : 0n);
    variables.set('mark', wrap(of('mark') * 31n + sum));
  }
  return { t: variables.get('mark') ?? 0n, m: [...state.elements].sort(([p], [q]) => Number(p - q)) };
}

function compiled(source: string, target: Target): Program {
  const { program, diagnostics } = compile(source, target);
  if (program === undefined) throw new Error(`${source}\n${diagnostics.map((d) => d.message).join('\n')}`);
  return program;
}

type Lookup = (map: number, key: Uint8Array) => Uint8Array | undefined;

function resultOf(program: Program, lookup: Lookup): ReturnType<typeof expectedOf> {
  const number = (name: string, key: Uint8Array) => {
    const { map, valueOffset } = program.userMaps.find((one) => one.name === name)!;
    const bytes = lookup(map, key);
    return bytes && new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(valueOffset, true);
  };
  const keySize = program.maps[program.userMaps.find(({ name }) => name === '@m')!.map]!.keySize;
  const elements = [0n, 1n, 2n, 3n].flatMap((key): [bigint, bigint][] => {
    const bytes = new Uint8Array(keySize);
    bytes[0] = Number(key);
    const found = number('@m', bytes);
    return found === undefined ? [] : [[key, found]];
  });
  return { t: number('@t', new Uint8Array(4)) ?? 0n, m: elements };
}

function runInInterpreter(program: Program): ReturnType<typeof expectedOf> {
  const machine = new Machine({ maps: program.maps });
  const { code, relocations } = program.functions[0]!;
  machine.run(code, relocations, new Uint8Array(256));
  return resultOf(program, (map, key) => machine.maps[map]!.values(key)?.[0]);
}

const kernel = nativeKernel();
const target = hostTarget(kernel);

function runInKernel(program: Program): ReturnType<typeof expectedOf> {
  const loaded = load(program, kernel);
  try {
    loaded.functions[0]!.testRun();
    return resultOf(program, (map, key) => loaded.maps[map]!.lookup(key));
  } finally {
    loaded.close();
  }
}

afterAll(() => {
  target.close();
  expect(openDescriptors()).toEqual([]);
});

describe('loops, jumps and subprograms', () => {
  it('do what they say, in the interpreter and in the kernel', () => {
    const seen = { functions: 0, programs: 0 };
    fc.assert(
      fc.property(programs, (program) => {
        let expected: ReturnType<typeof expectedOf>;
        try {
          expected = expectedOf(program);
        } catch (error) {
          if (error instanceof TooLong) fc.pre(false);
          throw error;
        }
        const made = compiled(sourceOf(program), target);
        seen.programs++;
        seen.functions += made.functions[0]?.functions?.length ?? 0;
        expect(runInInterpreter(made), 'interpreter').toEqual(expected);
        expect(runInKernel(made), 'kernel').toEqual(expected);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 120) },
    );
    expect(seen.functions, 'loops became functions').toBeGreaterThan(seen.programs);
  }, 120_000);
});
