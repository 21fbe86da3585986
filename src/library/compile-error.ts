/** A program that does not compile, as an error: for programs that embed kscope. */
import type { Diagnostic } from '../compiler/messages/diagnostic.ts';
import { render } from '../compiler/messages/render.ts';

export class CompileError extends Error {
  override readonly name = 'CompileError';
  readonly diagnostics: readonly Diagnostic[];

  /** `message` is the diagnostics as the command shows them. */
  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => fromBytes(render(diagnostic))).join('\n'));
    this.diagnostics = diagnostics;
  }
}

function fromBytes(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
