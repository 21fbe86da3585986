/**
 * What the target of a user-space probe names: a path, a program found in PATH, a library as the dynamic loader
 * finds it, or a pattern over paths. With a process the paths are those of its root directory, so that a container's
 * files are found.
 */
import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { compileWildcard, hasWildcard } from '../base/wildcard.ts';
import { archivePath } from '../elf/archive-path.ts';
import { findLibrary, isLibraryName, type LibraryPlaces } from './library.ts';
import { parseProcessMap } from './process-map.ts';

export interface ResolveOptions extends LibraryPlaces {
  /** Default: ours. */
  readonly cwd?: string;
  /** Folders separated by colons; default: ours. */
  readonly searchPath?: string;
  readonly pid?: number;
}

/**
 * The files that a target names, in byte order for a pattern, in order of preference for a name in PATH; empty when
 * there is none. A relative path stays relative, as it was written.
 */
export function resolveTarget(target: string, options: ResolveOptions = {}): string[] {
  const root = options.pid === undefined ? '' : `/proc/${options.pid}/root`;
  if (target === '*' && options.pid !== undefined)
    return mappedFiles(options.pid).map((path) => `${root}${path}`);
  if (hasWildcard(target)) return matchPaths(target, root, options.cwd ?? process.cwd());
  const direct = isAbsolute(target) ? `${root}${target}` : target;
  if (isFile(resolve(options.cwd ?? process.cwd(), archivePath(direct).archive))) return [direct];
  if (target.includes('/')) return [];
  const library = isLibraryName(target) ? findLibrary(target, { root, ...options }) : undefined;
  if (library !== undefined) return [library];
  const folders = (options.searchPath ?? process.env.PATH ?? '').split(':').filter((folder) => folder !== '');
  return differentFiles(folders.map((folder) => `${root}${join(folder, target)}`).filter(isExecutable));
}

/** /bin and /usr/bin are often the same folder. */
function differentFiles(paths: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const path of paths) {
    const { dev, ino } = statOf(path) ?? {};
    const identity = `${dev}:${ino}`;
    if (!found.has(identity)) found.set(identity, path);
  }
  return [...found.values()];
}

/** The program that a process runs, through its root. Undefined when that may not be looked at. */
export function processBinary(pid: number): string | undefined {
  try {
    return `/proc/${pid}/root${readlinkSync(`/proc/${pid}/exe`)}`;
  } catch {
    return undefined;
  }
}

/** Files that a process has mapped as code, each once, in order of address. */
export function mappedFiles(pid: number): string[] {
  const mappings = parseProcessMap(readFileSync(`/proc/${pid}/maps`, 'latin1'));
  const files = mappings.filter(
    ({ path, executable, inode }) => executable && path.startsWith('/') && inode !== '0',
  );
  return [...new Set(files.map(({ path }) => path))];
}

function matchPaths(pattern: string, root: string, cwd: string): string[] {
  const absolute = isAbsolute(pattern);
  const parts = pattern.split('/').filter((part) => part !== '');
  let paths = [absolute ? root : ''];
  parts.forEach((part, index) => {
    paths = paths.flatMap((path) => children(path, part, cwd, absolute || index > 0));
  });
  return paths.filter((path) => isFile(resolve(cwd, path))).sort(compareBytes);
}

/** What lies in a folder under a name or pattern; hidden files only for patterns that begin with a dot. */
function children(folder: string, part: string, cwd: string, slash: boolean): string[] {
  const prefix = slash ? `${folder}/` : '';
  if (!hasWildcard(part)) return [`${prefix}${part}`];
  const matches = compileWildcard(part);
  const names = readFolder(resolve(cwd, prefix));
  return names
    .filter((name) => matches(name) && name.startsWith('.') === part.startsWith('.'))
    .map((name) => prefix + name);
}

const compareBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function readFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false;
}

function isExecutable(path: string): boolean {
  const found = statOf(path);
  return found?.isFile() === true && (found.mode & 0o111) !== 0;
}

/** Undefined for what does not exist, and for what may not be looked at. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
