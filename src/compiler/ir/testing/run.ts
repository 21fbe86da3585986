/** The ways to run a program that must agree: the reference evaluator, and emitted code in the simulated kernel. */
import { Machine } from '../../../bpf/interpreter/machine.ts';
import type { MapSpec } from '../../../program/program.ts';
import { type EmittedProgram, emit, type Isa } from '../../6-emit/emit.ts';
import type { IrModule } from '../../ir.ts';
import { evaluateIr } from '../evaluate.ts';
import { mapValueSize, randomHelpers } from './random-ir.ts';

export const contextAddress = 0x7000_0000n;
export const testMap: MapSpec = {
  name: 'globals',
  type: 'array',
  keySize: 4,
  valueSize: mapValueSize,
  maxEntries: 1,
  flags: 0,
};
const world = { pid: 77, tgid: 70, cpu: 1 };
const helpers = {
  [randomHelpers.impure]: () => BigInt(world.cpu),
  [randomHelpers.pure]: () => (BigInt(world.tgid) << 32n) | BigInt(world.pid),
};

/** What a run leaves: the result and the map's bytes. */
export interface Outcome {
  readonly result: bigint;
  readonly memory: string;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function evaluate(module: IrModule, words: readonly bigint[]): Outcome {
  const memory = new Uint8Array(mapValueSize);
  const context = new Uint8Array(BigUint64Array.from(words).buffer);
  const regions = [{ address: contextAddress, bytes: context }];
  const result = evaluateIr(module, { args: [contextAddress], regions, mapValues: [memory], helpers });
  return { result, memory: hex(memory) };
}

export function interpret(program: EmittedProgram, words: readonly bigint[]): Outcome {
  const machine = new Machine({ maps: [testMap], world });
  const result = machine.run(program.code, program.relocations, { args: words });
  return { result, memory: hex(machine.maps[0]?.values(new Uint8Array(4))?.[0] ?? new Uint8Array()) };
}

export function emitAndInterpret(module: IrModule, isa: Isa, words: readonly bigint[]): Outcome {
  return interpret(emit(module, { isa, name: 'test' }), words);
}
