/**
 * What the compiler says about the user's program. A diagnostic is a value; only render.ts knows how one looks.
 * All texts are byte strings like the program text (see ast.ts), so that quoted names and columns stay exact.
 */
import type { Span } from '../ast.ts';

export type Severity = 'error' | 'warning';

/** A message of the catalogue with its arguments filled in, not yet tied to a place. */
export interface Message {
  /** Stable identifier, e.g. `unknown-function`. */
  readonly code: string;
  readonly text: string;
  readonly hint?: string;
}

/** A further place that belongs to a diagnostic: the initial declaration, the left operand … */
export interface Note {
  readonly message: string;
  readonly span: Span;
}

export interface Diagnostic {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  /** Absent for statements about the program as a whole. */
  readonly span?: Span;
  /** Shown after the main place, with the same severity. */
  readonly notes: readonly Note[];
  readonly hint?: string;
}
