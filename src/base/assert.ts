/**
 * Assertions about kscope itself. A failure here is never the user's mistake: it is a bug of ours, and the
 * message says so, so that a report can be made.
 */

export class InternalError extends Error {
  constructor(message: string) {
    super(`${message} (this is a bug in kscope, please report it)`);
    this.name = 'InternalError';
  }
}

/** Throws an {@link InternalError} unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

/** Closes a switch over a discriminated union: the compiler proves it is unreachable. */
export function assertNever(value: never, what = 'value'): never {
  throw new InternalError(`unexpected ${what}: ${JSON.stringify(value)}`);
}

/** The value, or an {@link InternalError} naming what was missing. */
export function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new InternalError(`missing ${what}`);
  return value;
}
