/** Small ELF files for tests, made by the assembler and the linker of the system. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function assemble(source: string, bits: 64 | 32 = 64): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'kscope-elf-'));
  try {
    const object = join(folder, 'x.o');
    const linked = join(folder, 'x');
    execFileSync('as', [`--${bits}`, '-o', object, '-'], { input: source });
    const emulation = bits === 64 ? 'elf_x86_64' : 'elf_i386';
    execFileSync('ld', ['-m', emulation, '--build-id=0xdeadbeef01', '-e', 'entry', '-o', linked, object]);
    return new Uint8Array(readFileSync(linked));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
