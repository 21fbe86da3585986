/** The C compiler as the authority on layout: programs built and run, for tests. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasGcc = spawnSync('gcc', ['--version']).status === 0;

/** What the program prints, line by line. */
export function outputOfC(text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'kscope-c-'));
  try {
    const file = join(folder, 'main.c');
    writeFileSync(file, text);
    execFileSync('gcc', ['-w', '-Wno-packed-bitfield-compat', '-O0', '-o', join(folder, 'main'), file]);
    return execFileSync(join(folder, 'main'), { encoding: 'utf8' }).trim().split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
