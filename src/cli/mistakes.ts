/** Mistakes in the use of the command, and how the command ends. */

/** Said to the person as it is, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly status: number;
  /** The usage text belongs below. */
  readonly showUsage: boolean;

  /** `message` without the `ERROR: ` that is put in front; empty for the usage text alone. */
  constructor(message: string, options: { readonly status?: number; readonly showUsage?: boolean } = {}) {
    super(message);
    this.status = options.status ?? 1;
    this.showUsage = options.showUsage ?? false;
  }
}

export const exitStatus = {
  ok: 0,
  /** Options, diagnostics, nothing to attach. */
  mistake: 1,
  /** C definitions or headers are wrong. */
  badDefinitions: 2,
  /** The machine refused: loading, attaching, set-up. */
  refused: 255,
} as const;
