/**
 * A program that repeats itself to a size which no kernel takes: the verifier looks at a million instructions at
 * most, on all ways through a program together. It is given up early, before it costs minutes and gigabytes.
 */
import type { Span } from '../ast.ts';

/** Of the intermediate form, in one function. */
export const mostInstructions = 50_000;

export class TooManyInstructionsError extends Error {
  /** The probe, for whoever knows it. */
  readonly span: Span | undefined;

  constructor(span?: Span) {
    super(
      `the probe is too large: more than ${mostInstructions} instructions; unroll less, use a for loop over a range, or split it`,
    );
    this.name = 'TooManyInstructionsError';
    this.span = span;
  }
}
