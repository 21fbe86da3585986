import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bytesSource } from './byte-source.ts';
import { readElf, Workshop } from './dwarf/testing/compiled.ts';
import { Elf } from './elf.ts';
import { packedSymbols } from './packed-symbols.ts';

const workshop = new Workshop();
afterAll(() => workshop[Symbol.dispose]());

/** As Fedora's find-debuginfo makes it. */
function withPackedSymbols(path: string): string {
  const run = (tool: string, ...args: string[]) => execFileSync(tool, args);
  const [names, packed, made] = ['names', 'names.xz', 'made'].map((name) => join(workshop.folder, name));
  run(
    'objcopy',
    '-S',
    '--remove-section',
    '.gdb_index',
    '--remove-section',
    '.comment',
    '--keep-symbol=hidden',
    path,
    names!,
  );
  writeFileSync(packed!, execFileSync('xz', ['-c', names!]));
  run('strip', '-s', path);
  run('objcopy', '--add-section', `.gnu_debugdata=${packed}`, path, made!);
  return made!;
}

const source =
  'static __attribute__((noinline)) int hidden(int a) { return a * 3; } int main(int c, char **v) { return hidden(c); }';

it('names functions of a stripped program', () => {
  const path = workshop.build('packed.c', source, ['-O1']);
  const address = readElf(path).functions('hidden')[0]!.address;
  const elf = readElf(withPackedSymbols(path));
  expect(elf.functionAt(address)?.name).not.toBe('hidden');
  expect(packedSymbols(elf)?.functionAt(address + 1)).toMatchObject({ name: 'hidden', offset: 1 });
});

it('says which file is damaged', () => {
  const path = join(workshop.folder, 'made');
  const bytes = new Uint8Array(readFileSync(path));
  const section = readElf(path).section('.gnu_debugdata')!;
  bytes.fill(0, section.offset, section.offset + 6);
  const damaged = Elf.open(bytesSource(bytes, '/tmp/damaged'));
  expect(() => packedSymbols(damaged)).toThrow(
    "/tmp/damaged: section '.gnu_debugdata': this is not in the form of xz",
  );
});
