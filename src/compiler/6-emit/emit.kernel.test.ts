import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BpfMap, createMap } from '../../kernel/bpf-map.ts';
import { loadProgram } from '../../kernel/bpf-program.ts';
import { nativeKernel } from '../../kernel/native.ts';
import { relocate } from '../../loader/relocate.ts';
import { buildRandom, contextWords, mapValueSize, randomProgram } from '../ir/testing/random-ir.ts';
import { evaluate, type Outcome, testMap } from '../ir/testing/run.ts';
import { optimise } from '../passes.ts';
import { type EmittedProgram, emit, type Isa } from './emit.ts';

const words = fc.array(fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 300n)), {
  minLength: contextWords,
  maxLength: contextWords,
});
const key = new Uint8Array(4);
let map: BpfMap;
beforeAll(() => {
  map = createMap(nativeKernel(), testMap);
});
afterAll(() => map.close());

function runInKernel(emitted: EmittedProgram, context: readonly bigint[]): Outcome {
  const code = relocate({ name: 'random', type: 'raw_tracepoint', ...emitted }, () => map.fd);
  map.update(key, new Uint8Array(mapValueSize));
  using program = loadProgram(nativeKernel(), {
    name: 'random',
    type: 'raw_tracepoint',
    code,
    license: 'GPL',
  });
  const { returned } = program.testRun(new Uint8Array(BigUint64Array.from(context).buffer));
  return { result: BigInt(returned), memory: Buffer.from(map.lookup(key) ?? key).toString('hex') };
}

describe('in the kernel, emitted code loads and does what the IR means', () => {
  it.each([
    [1, false, 14],
    [2, true, 14],
    [3, false, 14],
    [3, true, 40],
    [4, false, 40],
    [4, true, 14],
  ] as const)('for version %i, optimised: %s, up to %i variables', (isa: Isa, optimised, max) => {
    const options = {
      localCalls: true,
      helpers: false,
      map: true,
      atomics: isa >= 3,
      variables: { min: 2, max },
    };
    fc.assert(
      fc.property(randomProgram(options), words, (program, context) => {
        const module = buildRandom(program);
        const emitted = emit(optimised ? optimise(module) : module, { isa, name: 'random' });
        expect(runInKernel(emitted, context)).toEqual(evaluate(module, context));
      }),
      { numRuns: 60 },
    );
  });
});
