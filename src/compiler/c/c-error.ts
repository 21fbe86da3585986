/**
 * What is wrong with C text. Reading stops at the first mistake: C after a mistake is guesswork, and one clear
 * message is worth more than its consequences.
 */
import type { Span } from '../ast.ts';

export class CError extends Error {
  /** The place of the mistake; absent for what concerns a header named on the command line. */
  readonly span: Span | undefined;
  readonly hint: string | undefined;

  constructor(span: Span | undefined, problem: string, hint?: string) {
    super(problem);
    this.name = 'CError';
    this.span = span;
    this.hint = hint;
  }
}
