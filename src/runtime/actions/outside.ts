/** Actions that reach outside: `cat` reads a file, `system` runs a command. Both are done in the order of events. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { constants } from 'node:os';
import { reasonOf } from '../../kernel/strerror.ts';
import { fromByteString } from '../../output/byte-string.ts';
import { compilePrintf } from '../decode/printf.ts';
import type { CompileAction } from './action.ts';

export const cat: CompileAction<'cat'> = (event, { output, resolvers, maxCatBytes }) => {
  const path = compilePrintf(event.format, event, resolvers);
  return (memory, base, length) => {
    const name = path(memory, base, length);
    try {
      output.cat(readStart(Buffer.from(name, 'latin1'), maxCatBytes));
    } catch (error) {
      output.error(`failed to open file '${fromByteString(name)}' (${reasonOf(error)})`);
    }
  };
};

/** Files in /proc do not tell their size: read until nothing more comes. */
function readStart(path: Buffer, limit: number): string {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(limit);
    let length = 0;
    for (let count = -1; count !== 0 && length < limit; length += count) {
      count = readSync(fd, bytes, length, limit - length, null);
    }
    return bytes.toString('latin1', 0, length);
  } finally {
    closeSync(fd);
  }
}

/** More than this of a command's output is not kept. */
const mostOutput = 16 << 20;

export const system: CompileAction<'system'> = (event, { output, resolvers }) => {
  const command = compilePrintf(event.format, event, resolvers);
  return (memory, base, length) => {
    const text = Buffer.from(command(memory, base, length), 'latin1').toString();
    const done = spawnSync('/bin/sh', ['-c', `exec 2>&1; ${text}`], {
      stdio: ['inherit', 'pipe', 'inherit'],
      encoding: 'latin1',
      maxBuffer: mostOutput,
    });
    output.system(done.stdout);
    if (done.error !== undefined) output.error(`command could not be run: ${done.error.message}`);
    const status = done.signal === null ? (done.status ?? 0) : 128 + constants.signals[done.signal];
    if (status !== 0) output.error(`command exited with code ${status}`);
  };
};
