/** Programs with debug information, built by the system's compilers as a test wants them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { bytesSource } from '../../byte-source.ts';
import { Elf } from '../../elf.ts';
import { DebugInfo } from '../debug-info.ts';
import { Dwarf } from '../dwarf.ts';
import type { Decompress } from '../section-bytes.ts';

export const decompress: Decompress = (form, bytes, size) =>
  form === 'zlib' ? inflateSync(bytes, { maxOutputLength: size }) : undefined;

export class Workshop implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'kscope-dwarf-'));

  /** The path of a program built from one source file; `.cc` is C++. */
  build(file: string, source: string, flags: readonly string[]): string {
    const input = join(this.folder, file);
    const output = join(this.folder, `${file}${flags.join('')}`.replaceAll(/[^\w./-]/g, '_'));
    writeFileSync(input, source);
    execFileSync(file.endsWith('.cc') ? 'g++' : 'gcc', ['-o', output, input, ...flags]);
    return output;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

export function readElf(path: string): Elf {
  return Elf.open(bytesSource(new Uint8Array(readFileSync(path)), path));
}

export function debugInfoOf(path: string): DebugInfo {
  return new DebugInfo(new Dwarf(readElf(path), { decompress }));
}

/** What a tool prints; readelf ends with status 1 when it only warns. */
export function run(tool: string, ...args: string[]): string {
  const { stdout, error } = spawnSync(tool, args, { encoding: 'latin1', maxBuffer: 1 << 28 });
  if (error !== undefined || stdout === '') throw error ?? new Error(`${tool} printed nothing`);
  return stdout;
}
