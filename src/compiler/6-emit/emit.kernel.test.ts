import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadProgram } from '../../kernel/bpf-program.ts';
import { nativeKernel } from '../../kernel/native.ts';
import { buildRandom, contextWords, randomProgram } from '../ir/testing/random-ir.ts';
import { evaluate } from '../ir/testing/run.ts';
import { optimise } from '../passes.ts';
import { emit, type Isa } from './emit.ts';

const words = fc.array(fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 300n)), {
  minLength: contextWords,
  maxLength: contextWords,
});

function runInKernel(code: Uint8Array, context: readonly bigint[]): number {
  using program = loadProgram(nativeKernel(), {
    name: 'random',
    type: 'raw_tracepoint',
    code,
    license: 'GPL',
  });
  return program.testRun(new Uint8Array(BigUint64Array.from(context).buffer)).returned;
}

describe('in the kernel, emitted code loads and does what the IR means', () => {
  it.each([
    [1, false],
    [2, true],
    [3, false],
    [3, true],
    [4, false],
    [4, true],
  ] as const)('for version %i, optimised: %s', (isa: Isa, optimised) => {
    fc.assert(
      fc.property(
        randomProgram({ localCalls: true, helpers: false, variables: { min: 2, max: 14 } }),
        words,
        (program, context) => {
          const module = buildRandom(program);
          const { code } = emit(optimised ? optimise(module) : module, { isa, name: 'random' });
          expect(BigInt(runInKernel(code, context))).toBe(evaluate(module, context).result);
        },
      ),
      { numRuns: 60 },
    );
  });
});
