/**
 * What is on the disk after installing: kscope's package with the packages it needs, Node left out; bpftrace's Debian
 * package with all that it depends on and that a minimal system does not have.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from '../lib/case.ts';
import { root } from '../lib/tracers.ts';

const mebibyte = 1 << 20;

export const installedSize: Case = {
  name: 'installed size',
  metrics: { size: { unit: 'MiB', better: 'less', bar: 0.1 } },
  short: true,
  rounds: () => 1,
  measure: async ({ name }) => ({ size: name === 'bpftrace' ? debianSize() : ownSize() }),
};

function ownSize(): number {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ unpackedSize }] = JSON.parse(packed);
  return (unpackedSize + folderSize('node_modules/koffi') + folderSize('node_modules/@koromix')) / mebibyte;
}

function folderSize(path: string): number {
  const folder = join(root, path);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, { size }) => sum + size, 0);
}

function debianSize(): number {
  const seen = new Map<string, number>();
  for (const queue = ['bpftrace']; queue.length > 0; ) {
    const name = queue.pop() ?? '';
    if (seen.has(name)) continue;
    const [size = '0', priority = '', depends = ''] = query(name).split('\t');
    const basic = ['required', 'important', 'standard'].includes(priority);
    seen.set(name, basic ? 0 : Number(size) * 1024);
    if (basic) continue;
    queue.push(...depends.split(/[,|]/).map((one) => one.trim().replace(/[ (:].*/s, '')));
  }
  return [...seen.values()].reduce((sum, size) => sum + size, 0) / mebibyte;
}

/** Empty for alternatives that are not installed. */
function query(name: string): string {
  try {
    const format = ['Installed-Size', 'Priority', 'Depends'].map((field) => `\${${field}}`).join('\\t');
    return execFileSync('dpkg-query', ['-W', '-f', format, name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}
