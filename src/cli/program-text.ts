/** The text of the program: from the command line, a file or standard input. */
import { readFileSync, statSync } from 'node:fs';
import { errnoText } from '../kernel/errno.ts';
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
    throw new UserError(`failed to open file '${source.file}': ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  return typeof errno === 'number' ? errnoText(Math.abs(errno)) : String(error);
}
