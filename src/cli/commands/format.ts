/** `--fmt`: the program in canonical form, on standard output or in the file of `-o`. */
import { writeFileSync } from 'node:fs';
import { formatSource } from '../../compiler/format/format.ts';
import { Reporter } from '../../compiler/messages/reporter.ts';
import { showDiagnostics } from '../diagnostics.ts';
import type { Invocation } from '../invocation.ts';
import { exitStatus } from '../mistakes.ts';
import { readProgramText } from '../program-text.ts';

export function formatProgram({ source, common }: Extract<Invocation, { kind: 'format' }>): number {
  const { name, bytes } = readProgramText(source);
  const reporter = new Reporter();
  const text = formatSource({ name, text: Buffer.from(bytes).toString('latin1') }, reporter);
  showDiagnostics(reporter.inDisplayOrder(), common);
  if (text === undefined || reporter.hasErrors) return exitStatus.mistake;
  writeFileSync(common.outputFile ?? 1, text, 'latin1');
  return exitStatus.ok;
}
