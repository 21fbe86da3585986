/**
 * Runs bare bytecode on a block of memory, without maps: how conformance suites use an interpreter. The program gets
 * the memory's address in r1 and its length in r2 and may write it. Registers without a value read as 0.
 */

import { AddressSpace } from './address-space.ts';
import { Fault } from './errors.ts';
import { Execution, maxFrames, stackSize } from './execution.ts';
import type { HelperTable } from './helpers/helper.ts';
import { kernelHelpers } from './helpers/kernel-helpers.ts';
import { compileSteps } from './steps/compile.ts';
import { defaultWorld } from './world.ts';

export interface RunBytesOptions {
  readonly helpers?: HelperTable;
  readonly stepLimit?: number;
}

/** r0 at exit. @throws {ExecutionError} or {MalformedProgramError} */
export function runBytes(
  code: Uint8Array,
  data: Uint8Array = new Uint8Array(),
  options: RunBytesOptions = {},
): bigint {
  const memory = new AddressSpace();
  const stacks = Array.from({ length: maxFrames }, (_, i) =>
    memory.allocate(`the stack of frame ${i}`, new Uint8Array(stackSize), 'read-write'),
  );
  const noMaps = (): never => {
    throw new Fault('there are no maps');
  };
  const execution = new Execution(compileSteps(code), {
    memory,
    world: { ...defaultWorld },
    host: { maps: [], mapAt: noMaps, printed: [], signals: [], randomDrawn: 0, argumentCount: 0 },
    helpers: options.helpers ?? kernelHelpers,
    stacks,
    stepLimit: options.stepLimit ?? 10_000_000,
    strict: false,
  });
  const base = data.length === 0 ? 0n : memory.allocate('the memory', data, 'read-write').base;
  return execution.call(0, [base, BigInt(data.length)]);
}
