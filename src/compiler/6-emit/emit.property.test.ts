import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printIr } from '../ir/print.ts';
import { buildRandom, contextWords, type RandomOptions, randomProgram } from '../ir/testing/random-ir.ts';
import { emitAndInterpret, evaluate } from '../ir/testing/run.ts';
import { verifyIr } from '../ir/verify.ts';
import type { Isa } from './emit.ts';

const words = fc.array(
  fc.oneof(
    fc.bigInt(0n, 2n ** 64n - 1n),
    fc.bigInt(0n, 300n),
    fc.constantFrom(2n ** 63n, 2n ** 64n - 1n, 2n ** 31n),
  ),
  { minLength: contextWords, maxLength: contextWords },
);

function agrees(isa: Isa, options: RandomOptions, numRuns: number): void {
  fc.assert(
    fc.property(randomProgram(options), words, (program, context) => {
      const module = buildRandom(program);
      verifyIr(module);
      const before = printIr(module);
      expect(emitAndInterpret(module, isa, context)).toEqual(evaluate(module, context));
      expect(printIr(module)).toBe(before);
    }),
    { numRuns },
  );
}

describe('emitted code does what the IR means', () => {
  it.each([1, 2] as const)('for version %i of the instruction set', (isa) => {
    agrees(isa, { map: true, localCalls: true }, 150);
  });

  it.each([3, 4] as const)('for version %i, with all atomic operations', (isa) => {
    agrees(isa, { map: true, localCalls: true, atomics: true }, 150);
  });

  it('when far more values live than there are registers', () => {
    agrees(4, { variables: { min: 14, max: 40 }, map: true, localCalls: true }, 80);
  });
});
