/**
 * Paths of control groups by id. An id is the inode number of the group's directory, so the answer is found by
 * walking the mounted hierarchies; every hierarchy numbers its groups on its own, hence one id may name a group
 * in each of them. Walks are remembered, and repeated when an unknown id comes up and the last is a while ago.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileWildcard } from '../../base/wildcard.ts';

export interface Hierarchy {
  /** `unified` for version 2, the mount's directory name for the old kind. */
  readonly name: string;
  readonly mountPoint: string;
}

/** A tree may change or be huge; what is beyond this many groups is not found. */
const mostGroups = 200_000;
const retryAfterMs = 1000;

export class CgroupPaths {
  readonly #hierarchies: readonly Hierarchy[];
  #trees: readonly { readonly name: string; readonly paths: ReadonlyMap<bigint, string> }[] = [];
  #walkedAt = Number.NEGATIVE_INFINITY;

  constructor(hierarchies: readonly Hierarchy[] = mountedHierarchies()) {
    this.#hierarchies = hierarchies;
  }

  /** `unified:/a/b,cpu:/c`, restricted to hierarchies whose names match `filter`; empty for an unknown id. */
  path(id: bigint, filter?: string): string {
    const found = this.#find(id, filter);
    if (found !== '' || performance.now() - this.#walkedAt < retryAfterMs) return found;
    this.#trees = this.#hierarchies.map(({ name, mountPoint }) => ({ name, paths: walk(mountPoint) }));
    this.#walkedAt = performance.now();
    return this.#find(id, filter);
  }

  #find(id: bigint, filter: string | undefined): string {
    const wanted = filter === undefined ? () => true : compileWildcard(filter);
    const found = this.#trees.flatMap(({ name, paths }) => {
      const path = wanted(name) ? paths.get(id) : undefined;
      return path === undefined ? [] : [`${name}:${path}`];
    });
    return found.join(',');
  }
}

/** From /proc/self/mounts: version 2 first, then the others by name. */
export function mountedHierarchies(mounts = readFileSync('/proc/self/mounts', 'utf8')): readonly Hierarchy[] {
  const found = mounts.split('\n').flatMap((line) => {
    const [, mountPoint = '', type] = line.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    const name = type === 'cgroup2' ? 'unified' : (mountPoint.split('/').at(-1) ?? '');
    return [{ name, mountPoint: mountPoint.replaceAll('\\040', ' ') }];
  });
  const rank = ({ name }: Hierarchy) => (name === 'unified' ? `0` : `1${name}`);
  return found.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function walk(mountPoint: string): ReadonlyMap<bigint, string> {
  const paths = new Map<bigint, string>();
  const pending = ['/'];
  for (let path = pending.pop(); path !== undefined && paths.size < mostGroups; path = pending.pop()) {
    const directory = join(mountPoint, path);
    try {
      paths.set(lstatSync(directory, { bigint: true }).ino, path);
      pending.push(...subdirectories(directory).map((name) => join(path ?? '/', name)));
    } catch {
      // The group was removed while we walked.
    }
  }
  return paths;
}

function subdirectories(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
}
