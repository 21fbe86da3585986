import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CodeCache } from './code-cache.ts';

const code = Buffer.from('compiled code of some length');
let home: string;
let folder: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kscope-cache-'));
  folder = join(home, 'kscope');
});
afterEach(() => rmSync(home, { recursive: true }));

function written(identity = 'a'): { readonly cache: CodeCache; readonly path: string } {
  const cache = new CodeCache(folder, identity);
  cache.write(code);
  return { cache, path: join(folder, `${identity}.code`) };
}

test('gives back what was written', () => {
  const { cache } = written();
  expect(cache.read()).toEqual(code);
});

test('has nothing before it was written, nor for another identity', () => {
  expect(new CodeCache(folder, 'a').read()).toBeUndefined();
  written('a');
  expect(new CodeCache(folder, 'b').read()).toBeUndefined();
});

test('keeps the files of some versions that are used in turn, and not of all that ever were', () => {
  const identities = [...'abcdefghijkl'];
  for (const [i, identity] of identities.entries()) {
    const { path } = written(identity);
    utimesSync(path, 1000 + i, 1000 + i);
  }
  written('m');
  const kept = readdirSync(folder).sort();
  expect(kept).toEqual(['f', 'g', 'h', 'i', 'j', 'k', 'l', 'm'].map((name) => `${name}.code`));
});

test('leaves no file behind that was being written', () => {
  written('a');
  written('a');
  expect(readdirSync(folder)).toEqual(['a.code']);
});

test('refuses every damaged byte and every cut', () => {
  const { cache, path } = written();
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 0x10;
    writeFileSync(path, damaged);
    expect(cache.read(), `byte ${at}`).toBeUndefined();
    writeFileSync(path, bytes.subarray(0, at));
    expect(cache.read(), `${at} bytes`).toBeUndefined();
  }
});

test('refuses what others may write', () => {
  const { cache, path } = written();
  chmodSync(path, 0o620);
  expect(cache.read()).toBeUndefined();
  chmodSync(path, 0o600);
  chmodSync(folder, 0o777);
  expect(cache.read()).toBeUndefined();
  chmodSync(folder, 0o700);
  expect(cache.read()).toEqual(code);
});

test.skipIf(process.getuid?.() !== 0)('refuses what belongs to somebody else (needs root)', () => {
  const { cache, path } = written();
  chownSync(path, 65534, 65534);
  expect(cache.read()).toBeUndefined();
  chownSync(path, 0, 0);
  chownSync(folder, 65534, 65534);
  expect(cache.read()).toBeUndefined();
});

test.skipIf(process.getuid?.() !== 0)('makes nothing in the home of somebody else (needs root)', () => {
  chownSync(home, 65534, 65534);
  written();
  expect(readdirSync(home)).toEqual([]);
});

test('does not follow links', () => {
  const { cache, path } = written();
  renameSync(path, join(home, 'elsewhere'));
  symlinkSync(join(home, 'elsewhere'), path);
  expect(cache.read()).toBeUndefined();
});

test('stays quiet where nothing can be written', () => {
  writeFileSync(folder, 'a file in the way');
  expect(() => written()).not.toThrow();
  rmSync(folder);
  mkdirSync(folder);
});
