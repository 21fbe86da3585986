/**
 * What a small program says and prints when the command runs it: the compiler's messages, then the output of a run
 * in the interpreter, in lines. Messages that refuse a program and those without a place are on standard error,
 * warnings with a place stand before the output.
 */
import type { CompileResult } from '../../src/compiler/compile.ts';
import type { VectorOptions } from './compile-vector.ts';
import { heads, isHead } from './compile-vector.ts';
import { simulate } from './simulate.ts';

export interface Printed {
  readonly status: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

export function printed(
  { program, config, diagnostics }: CompileResult,
  source: string,
  { format }: VectorOptions,
): Printed {
  if (diagnostics.some(({ severity }) => severity === 'error'))
    return { status: 1, stdout: [], stderr: diagnostics.flatMap(heads) };
  if (program === undefined) return { status: 1, stdout: ['No probes to attach'], stderr: [] };
  const { stdout, stderr, status } = simulate(program, { config, source, format });
  const lines = (text: string) => text.split('\n').map((line) => line.trimEnd());
  const placed = diagnostics.filter(({ span }) => span !== undefined);
  const plain = diagnostics.filter(({ span }) => span === undefined);
  return {
    status,
    stdout: [...placed.flatMap(heads), ...lines(stdout).filter((line) => line !== '')],
    stderr: [...plain.flatMap(heads), ...lines(stderr).filter(isHead)],
  };
}
