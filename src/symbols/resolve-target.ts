/**
 * What the target of a user-space probe names: a path, a program found in PATH, a library as the dynamic loader
 * finds it, or a pattern over paths. With a process the paths are those of its root directory, so that a container's
 * files are found.
 */
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { compileWildcard, hasWildcard } from '../base/wildcard.ts';
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
  if (isFile(resolve(options.cwd ?? process.cwd(), direct))) return [direct];
  if (target.includes('/')) return [];
  const library = isLibraryName(target) ? findLibrary(target, options) : undefined;
  if (library !== undefined) return [rooted(root, library)];
  const folders = (options.searchPath ?? process.env.PATH ?? '').split(':').filter((folder) => folder !== '');
  return folders.map((folder) => `${root}${join(folder, target)}`).filter(isExecutable);
}

/** Files that a process has mapped as code, each once, in order of address. */
export function mappedFiles(pid: number): string[] {
  const mappings = parseProcessMap(readFileSync(`/proc/${pid}/maps`, 'latin1'));
  const files = mappings.filter(
    ({ path, executable, inode }) => executable && path.startsWith('/') && inode !== '0',
  );
  return [...new Set(files.map(({ path }) => path))];
}

/** Ours in the process's root when it has the same file there, else ours. */
function rooted(root: string, path: string): string {
  return root !== '' && isFile(`${root}${path}`) ? `${root}${path}` : path;
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
