/**
 * Where diagnostics go: warnings of a program that compiles are output like any other, on standard output; errors
 * are on standard error, and warnings beside errors too.
 */
import { writeSync } from 'node:fs';
import type { Diagnostic } from '../compiler/messages/diagnostic.ts';
import { render } from '../compiler/messages/render.ts';
import type { CommonOptions } from './invocation.ts';

/** Whether there was an error. */
export function showDiagnostics(
  diagnostics: readonly Diagnostic[],
  { noWarnings }: Pick<CommonOptions, 'noWarnings'>,
): boolean {
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  const shown = diagnostics.filter(({ severity }) => severity === 'error' || !noWarnings);
  const color = useColor();
  const text = shown.map((diagnostic) => `${render(diagnostic, { color })}\n`).join('');
  if (text !== '') writeSync(failed ? 2 : 1, Buffer.from(text, 'latin1'));
  return failed;
}

const colorSettings: ReadonlyMap<string, () => boolean> = new Map([
  ['always', () => true],
  ['never', () => false],
  ['auto', bothAreTerminals],
]);

export function useColor(setting = process.env.BPFTRACE_COLOR ?? 'auto'): boolean {
  const choose = colorSettings.get(setting);
  return (choose ?? bothAreTerminals)();
}

function bothAreTerminals(): boolean {
  return process.stdout.isTTY === true && process.stderr.isTTY === true;
}
