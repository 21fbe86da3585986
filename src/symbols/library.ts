/** Libraries by name, as the dynamic loader would find them: its cache first, then the folders it always searches. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { textAt } from '../elf/reader.ts';
import { FileSource } from './file-source.ts';
import { type CachedLibrary, parseLdCache } from './ld-cache.ts';

const architectureFlags: Readonly<Record<string, number>> = { x64: 0x03, arm64: 0x0a };
const multiarchNames: Readonly<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
};

export interface LibraryPlaces {
  /** Put in front of all paths: the root of another process. */
  readonly root?: string;
  /** Default /etc/ld.so.cache. */
  readonly cachePath?: string;
  readonly architecture?: string;
}

/** `libNAME`, or `libNAME.so` with or without a version. */
export function isLibraryName(text: string): boolean {
  return /^lib[^/*]+$/.test(text);
}

/**
 * The path of `libc`, `libc.so` or `libc.so.6`. Without a version the highest one is taken; undefined when there is
 * none.
 */
export function findLibrary(name: string, places: LibraryPlaces = {}): string | undefined {
  const wanted = name.includes('.so') ? name : `${name}.so`;
  const fits = (candidate: string) => candidate === wanted || candidate.startsWith(`${wanted}.`);
  const found = [...cachedLibraries(places), ...standardLibraries(places, fits)].filter((library) =>
    fits(library.name),
  );
  const exact = found.find((library) => library.name === wanted);
  return (exact ?? found.sort((a, b) => compareVersions(b.name, a.name))[0])?.path;
}

function cachedLibraries({
  root = '',
  cachePath = `${root}/etc/ld.so.cache`,
  architecture = process.arch,
}: LibraryPlaces): CachedLibrary[] {
  if (!existsSync(cachePath)) return [];
  const flag = architectureFlags[architecture];
  return parseLdCache(readFileSync(cachePath))
    .map((library) => ({ ...library, path: `${root}${library.path}` }))
    .filter(({ flags, path }) => flags >> 8 === flag && existsSync(path));
}

function standardLibraries(
  { root = '', architecture = process.arch }: LibraryPlaces,
  fits: (name: string) => boolean,
) {
  const multiarch = multiarchNames[architecture] ?? '';
  const folders = [`/lib/${multiarch}`, `/usr/lib/${multiarch}`, '/lib64', '/usr/lib64', '/lib', '/usr/lib'];
  return folders.flatMap((below) => {
    const folder = `${root}${below}`;
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter(fits);
    return names.map((name) => ({ name, path: join(folder, name) })).filter(({ path }) => isElf(path));
  });
}

/** `libc.so` of a development package is a linker script. */
function isElf(path: string): boolean {
  try {
    const source = new FileSource(path);
    const magic = source.read(0, 4);
    source.close();
    return textAt(magic, 0) === '\x7fELF';
  } catch {
    return false;
  }
}

/** By the numbers in the names: libfoo.so.10 is above libfoo.so.9. */
function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
