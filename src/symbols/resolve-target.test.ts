import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseLdCache } from './ld-cache.ts';
import { findLibrary } from './library.ts';
import { mappedFiles, resolveTarget } from './resolve-target.ts';

const folder = mkdtempSync(join(tmpdir(), 'kscope-target-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const [path, mode] of [
  ['p2', 0o755],
  ['p1', 0o644],
  ['.p3', 0o755],
  ['bin/tool', 0o755],
  ['other/tool', 0o755],
  ['text/tool', 0o644],
] as const) {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), '');
  chmodSync(join(folder, path), mode);
}
const options = {
  cwd: folder,
  searchPath: ['text', 'bin', 'other'].map((name) => join(folder, name)).join(':'),
};

describe('targets of user-space probes', () => {
  it('paths, absolute and relative, stay as written', () => {
    expect(resolveTarget('./p1', options)).toEqual(['./p1']);
    expect(resolveTarget('bin/tool', options)).toEqual(['bin/tool']);
    expect(resolveTarget(join(folder, 'p2'), options)).toEqual([join(folder, 'p2')]);
    expect(resolveTarget('./nosuch', options)).toEqual([]);
    expect(resolveTarget('./bin', options)).toEqual([]);
    expect(resolveTarget('p1/x', options)).toEqual([]);
  });

  it('names are searched in PATH, executables only, all of them told', () => {
    expect(resolveTarget('tool', options)).toEqual([join(folder, 'bin/tool'), join(folder, 'other/tool')]);
    expect(resolveTarget('nosuch', options)).toEqual([]);
  });

  it('patterns, in byte order, hidden files left out', () => {
    expect(resolveTarget('./p*', options)).toEqual(['./p1', './p2']);
    expect(resolveTarget('*/t*l', options)).toEqual(['bin/tool', 'other/tool', 'text/tool']);
    expect(resolveTarget(`${folder}/*/tool`, options)).toEqual(
      ['bin', 'other', 'text'].map((name) => join(folder, name, 'tool')),
    );
    expect(resolveTarget(`${folder}/no*`, options)).toEqual([]);
  });

  it('a process’s files through its root', () => {
    const { pid } = process;
    expect(resolveTarget('/usr/bin/env', { pid })).toEqual([`/proc/${pid}/root/usr/bin/env`]);
    expect(mappedFiles(pid)).toContain(process.execPath);
    expect(resolveTarget('*', { pid })).toContain(`/proc/${pid}/root${process.execPath}`);
  });
});

describe('libraries', () => {
  it('are those that the dynamic loader’s own tool lists', () => {
    const listed = [
      ...execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).matchAll(
        /^\t(\S+) \((.*)\) => (.*)$/gm,
      ),
    ];
    const cache = parseLdCache(readFileSync('/etc/ld.so.cache'));
    expect(listed.length).toBeGreaterThan(10);
    expect(cache.map(({ name, path }) => [name, path])).toEqual(
      listed.map(([, name, , path]) => [name, path]),
    );
    const path = listed.find(([, name, kind]) => name === 'libc.so.6' && /x86-64|AArch64/.test(kind!))![3];
    for (const name of ['libc', 'libc.so', 'libc.so.6']) expect(findLibrary(name)).toBe(path);
    expect(resolveTarget('libc', options)).toEqual([path]);
    expect(findLibrary('libnosuch')).toBeUndefined();
    expect(findLibrary('libc.so.7')).toBeUndefined();
  });

  it('are found in the standard folders without a cache', () => {
    for (const name of ['libc', 'libc.so.6']) {
      expect(findLibrary(name, { cachePath: '/nonexistent' })).toMatch(/\/libc\.so\.6$/);
    }
  });

  it('a damaged cache is an empty one', () => {
    const real = readFileSync('/etc/ld.so.cache');
    expect(parseLdCache(real.subarray(0, 40))).toEqual([]);
    expect(parseLdCache(Buffer.from('nonsense'))).toEqual([]);
    const cut = parseLdCache(real.subarray(0, 2000));
    expect(cut.every(({ name, path }) => name !== '' && path !== '')).toBe(true);
  });
});
