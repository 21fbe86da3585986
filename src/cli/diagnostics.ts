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
  // What has no place in the program is about the run, and never output.
  const isOutput = ({ span }: Diagnostic) => !failed && span !== undefined;
  for (const [descriptor, selected] of [
    [1, shown.filter(isOutput)],
    [2, shown.filter((one) => !isOutput(one))],
  ] as const) {
    const text = selected.map((diagnostic) => `${render(diagnostic, { color })}\n`).join('');
    if (text !== '') writeSync(descriptor, Buffer.from(text, 'latin1'));
  }
  return failed;
}

const colorSettings: ReadonlyMap<string, () => boolean> = new Map([
  ['always', () => true],
  ['never', () => false],
  ['auto', bothAreTerminals],
]);

let warnedOfColor = false;

export function useColor(setting = process.env.BPFTRACE_COLOR ?? 'auto'): boolean {
  const choose = colorSettings.get(setting);
  if (choose === undefined && !warnedOfColor) {
    warnedOfColor = true;
    writeSync(
      2,
      `WARNING: Invalid env value! The valid values of \`BPFTRACE_COLOR\` are [auto|always|never]. The current value is ${setting}!\n`,
    );
  }
  return (choose ?? bothAreTerminals)();
}

function bothAreTerminals(): boolean {
  return process.stdout.isTTY === true && process.stderr.isTTY === true;
}
