/**
 * A verifier rejection, told with the line of the script that the rejected instruction came from: the report that
 * reaches us is then worth something.
 */
import { VerifierError } from '../kernel/errors.ts';
import type { FunctionSpec, Program } from '../program/program.ts';

/** What `action` returns; a {@link VerifierError} it throws gets the place in the source. */
export function withSourcePlace<T>(program: Program, spec: FunctionSpec, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    const where = sourcePlace(program, spec, error.instruction);
    throw new VerifierError(error.program, error.errno, { ...error.report, ...(where ? { where } : {}) });
  }
}

/** `file:line:column` of an instruction; undefined when the source map begins after it. */
export function sourcePlace(
  program: Program,
  spec: FunctionSpec,
  instruction: number | undefined,
): string | undefined {
  if (instruction === undefined) return undefined;
  const entry = spec.sourceMap.findLast((one) => one.instruction <= instruction);
  return entry && `${program.sourceName}:${entry.line}:${entry.column}`;
}
