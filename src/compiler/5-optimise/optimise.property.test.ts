import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloneIr } from '../ir/clone.ts';
import { printIr } from '../ir/print.ts';
import { buildRandom, contextWords, randomProgram } from '../ir/testing/random-ir.ts';
import { emitAndInterpret, evaluate } from '../ir/testing/run.ts';
import { verifyIr } from '../ir/verify.ts';
import { optimise, passes } from '../passes.ts';

const words = fc.array(
  fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 300n), fc.constantFrom(2n ** 63n, 2n ** 64n - 1n)),
  {
    minLength: contextWords,
    maxLength: contextWords,
  },
);
const programs = randomProgram({ map: true, localCalls: true, atomics: true });

describe('each pass alone', () => {
  it.each(passes)('$name keeps the meaning and the rules', (pass) => {
    fc.assert(
      fc.property(programs, words, (program, context) => {
        const module = buildRandom(program);
        const expected = evaluate(module, context);
        const changed = cloneIr(module);
        for (const fn of changed.functions) pass.run(fn);
        verifyIr(changed);
        expect(evaluate(changed, context)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('all passes together', () => {
  it('keep the meaning after every step, and in emitted code', () => {
    fc.assert(
      fc.property(programs, words, fc.constantFrom(3, 4), (program, context, isa) => {
        const module = buildRandom(program);
        const before = printIr(module);
        const expected = evaluate(module, context);
        const optimised = optimise(module, {
          onChange: (pass, fn) => {
            const functions = module.functions.map((original) => (original.name === fn.name ? fn : original));
            verifyIr({ functions });
            const actual = evaluate({ functions }, context);
            if (actual.result !== expected.result || actual.memory !== expected.memory)
              throw new Error(`${pass.name} changed the meaning`);
          },
        });
        expect(emitAndInterpret(optimised, isa === 3 ? 3 : 4, context)).toEqual(expected);
        expect(printIr(module)).toBe(before);
      }),
      { numRuns: 300 },
    );
  });

  it('reach a state that they leave alone', () => {
    fc.assert(
      fc.property(programs, (program) => {
        const once = optimise(optimise(buildRandom(program)));
        expect(printIr(optimise(once))).toBe(printIr(once));
      }),
      { numRuns: 60 },
    );
  });
});
