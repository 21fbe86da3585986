/** What strace says that a command did: the independent witness for system calls. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { shell } from './harness.ts';

export interface SyscallLine {
  readonly number: number;
  readonly name: string;
  readonly args: string;
  /** 0 when it succeeded. */
  readonly errno: number;
}

const linePattern = /^\d+ +\[ *(\d+)\] (\w+)\((.*)\) += (-?\w+)(?: (E\w+))?/;

/** All calls of `command` that returned, in order. */
export async function strace(command: string): Promise<readonly SyscallLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kscope-strace-'));
  try {
    const file = join(folder, 'log');
    await shell(`strace -f -n -s 4096 -o ${file} ${command} || true`);
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.flatMap((line) => {
      const match = linePattern.exec(line);
      if (match === null) return [];
      const [, number, name = '', args = '', , error] = match;
      return { number: Number(number), name, args, errno: errnoOf(error) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function errnoOf(name: string | undefined): number {
  return name === undefined
    ? 0
    : (Object.entries(constants.errno).find(([known]) => known === name)?.[1] ?? -1);
}
