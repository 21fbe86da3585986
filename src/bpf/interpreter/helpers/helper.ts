/** How a helper function is written for the interpreter. */
import { must } from '../../../base/assert.ts';
import { helperNumber } from '../../helpers.ts';
import type { Execution } from '../execution.ts';

export interface Helper {
  /** How many of r1 to r5 it reads. */
  readonly parameters: number;
  /** `args` always has five; the result may be negative. */
  readonly run: (execution: Execution, args: readonly bigint[]) => bigint;
}

/** By helper number. */
export type HelperTable = ReadonlyMap<number, Helper>;

/** A group of helpers under their kernel names without `bpf_`. */
export type NamedHelpers = { readonly [name: string]: Helper };

export const helper = (
  parameters: number,
  run: (execution: Execution, ...args: [bigint, bigint, bigint, bigint, bigint]) => bigint,
): Helper => ({
  parameters,
  run: (execution, [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n]) => run(execution, a, b, c, d, e),
});

/** A helper without parameters that only looks at the world. */
export const worldValue = (value: (world: Execution['world']) => bigint | number): Helper => ({
  parameters: 0,
  run: ({ world }) => BigInt(value(world)),
});

export const numbered = (helpers: NamedHelpers): HelperTable =>
  new Map(Object.entries(helpers).map(([name, one]) => [must(helperNumber(name), `helper ${name}`), one]));

/** Size arguments are u32, also where the register holds more. */
export const size32 = (value: bigint): number => Number(BigInt.asUintN(32, value));
