/**
 * A compiled program as a file: what `--emit` and `--aot` write and `kscope run` starts without compiling. Text: a
 * line that says what it is, with a checksum of the rest, and the values as JSON. Before it may stand a few lines of
 * shell that start the program, so that the file can be executed.
 *
 * The program is for one kernel and one form of this file. The source is kept too: it is shown in messages, and
 * compiled again when the programs that are traced have changed since.
 */
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { plainFromJson, plainToJson } from '../../base/plain-json.ts';
import { reasonOf } from '../../kernel/strerror.ts';
import type { Program } from '../../program/program.ts';
import type { RunSettings } from '../../runtime/settings.ts';
import { UserError } from '../mistakes.ts';
import type { ProgramText } from '../program-text.ts';
import type { Machine } from './machine.ts';
import type { UsedFiles } from './used-files.ts';

export interface CompiledProgram {
  readonly program: Program;
  readonly settings: RunSettings;
  readonly text: ProgramText;
  readonly machine: Machine;
  readonly used: UsedFiles;
  /** How to compile it again: the words of the command line, and the settings of the environment. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Grows when the form of the file, or of programs, changes. */
const formVersion = 1;
const magic = 'kscope-program';

const starter = (node: string, command: string) => `#!/bin/sh
command -v kscope >/dev/null && exec kscope run "$0" "$@"
exec ${quoted(node)} ${quoted(command)} run "$0" "$@"
`;

/** @throws UserError */
export function writeCompiled(
  path: string,
  compiled: CompiledProgram,
  { executable }: { readonly executable: boolean },
): void {
  const body = plainToJson(compiled);
  const head = executable ? starter(process.execPath, process.argv[1] ?? 'kscope') : '';
  try {
    writeFileSync(path, `${head}${magic} ${formVersion} ${checksum(body)}\n${body}\n`);
    if (executable) chmodSync(path, 0o755);
  } catch (error) {
    throw new UserError(`Failed to write the program: "${path}": ${reasonOf(error)}`);
  }
}

/** @throws UserError that says why it is not such a file, or not a whole one */
export function readCompiled(path: string): CompiledProgram {
  const text = readText(path);
  const start = text.startsWith(`${magic} `) ? 0 : text.indexOf(`\n${magic} `) + 1;
  const lineEnd = text.indexOf('\n', start);
  const [, version, sum] = /^kscope-program (\d+) ([0-9a-f]{64})$/.exec(text.slice(start, lineEnd)) ?? [];
  if (version === undefined)
    throw new UserError(`'${path}' is not a compiled program. Make one with --emit FILE.`);
  if (Number(version) !== formVersion) {
    throw new UserError(
      `'${path}' has form ${version} of compiled programs, and this kscope knows form ${formVersion}. Compile it again.`,
    );
  }
  const body = text.slice(lineEnd + 1, -1);
  if (checksum(body) !== sum)
    throw new UserError(`'${path}' is damaged: its checksum is wrong. Compile it again.`);
  return plainFromJson<CompiledProgram>(body);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(`failed to open file '${path}': ${reasonOf(error)}`);
  }
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
