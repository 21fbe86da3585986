/** BTF as GCC writes it for a piece of C, which is the independent source that the tests compare with. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function compileBtf(source: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'kscope-btf-'));
  try {
    const object = join(folder, 'x.o');
    const blob = join(folder, 'btf');
    execFileSync('gcc', ['-gbtf', '-O0', '-c', '-x', 'c', '-o', object, '-'], { input: source });
    const section = ['--only-section=.BTF', '--set-section-flags', '.BTF=alloc'];
    execFileSync('objcopy', [...section, '-O', 'binary', object, blob]);
    return new Uint8Array(readFileSync(blob));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
