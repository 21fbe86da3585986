/** The text of the program: from the command line, a file or standard input. */
import { readFileSync, statSync } from 'node:fs';
import { reasonOf } from '../kernel/strerror.ts';
import type { SourceOptions } from './invocation.ts';
import { UserError } from './mistakes.ts';

export interface ProgramText {
  /** What diagnostics call it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** @throws UserError */
export function readProgramText(source: SourceOptions): ProgramText {
  if ('text' in source) return { name: 'stdin', bytes: new TextEncoder().encode(source.text) };
  if (source.file === '-') return { name: 'stdin', bytes: readFileSync(0) };
  try {
    if (statSync(source.file).isDirectory())
      throw new UserError(`failed to open file '${source.file}': Is a directory`);
    return { name: source.file, bytes: readFileSync(source.file) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`failed to open file '${source.file}': ${reasonOf(error)}`);
  }
}
