/**
 * The files that programs of this machine are made of: what processes have mapped, and what PATH leads to. Files of
 * processes that see another file system (containers) are named through their root.
 */
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mappedFiles } from '../symbols/resolve-target.ts';

/** Each file once, whatever it is called. */
export function allBinaries(searchPath = process.env.PATH ?? ''): readonly string[] {
  const found = new Map<string, string>();
  const candidates = [...programsIn(searchPath), ...mappedByProcesses()];
  for (const path of new Set(candidates)) {
    const identity = identityOf(path);
    if (identity !== undefined && !found.has(identity)) found.set(identity, path);
  }
  return [...found.values()].sort();
}

/** Device and inode of a file. */
function identityOf(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    return undefined;
  }
}

function programsIn(searchPath: string): readonly string[] {
  const folders = searchPath.split(':').filter((folder) => folder.startsWith('/'));
  return folders.flatMap((folder) => entries(folder).map((name) => join(folder, name)));
}

function mappedByProcesses(): readonly string[] {
  const ours = mountNamespace('self');
  return entries('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const root = mountNamespace(pid) === ours ? '' : `/proc/${pid}/root`;
      return filesOf(Number(pid)).map((path) => `${root}${path}`);
    });
}

/** None of a process that ended or may not be looked into. */
function filesOf(pid: number): readonly string[] {
  try {
    return mappedFiles(pid);
  } catch {
    return [];
  }
}

function mountNamespace(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return undefined;
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
