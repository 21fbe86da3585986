/**
 * The files that a program's probes are in: offsets in its attach points are those of the files as they were. A file
 * that was replaced since, or a target that now means another file, is a reason to compile again.
 */
import { statSync } from 'node:fs';
import type { TargetObserver } from '../../host/target.ts';
import { resolveTarget } from '../../symbols/resolve-target.ts';

export interface UsedFiles {
  /** Targets as written, and the files that they stood for. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
  /** Size, place and time of change of each file. */
  readonly files: ReadonlyMap<string, string>;
}

export class FileRecorder implements TargetObserver {
  readonly #targets = new Map<string, readonly string[]>();
  readonly #files = new Map<string, string>();

  target(written: string, found: readonly string[]): void {
    this.#targets.set(written, found);
  }

  file(path: string): void {
    if (!this.#files.has(path)) this.#files.set(path, identityOf(path));
  }

  get used(): UsedFiles {
    return { targets: this.#targets, files: this.#files };
  }
}

/** What is not as it was; undefined when all is. */
export function changedSince({ targets, files }: UsedFiles): string | undefined {
  for (const [written, found] of targets) {
    if (resolveTarget(written).join('\n') !== found.join('\n')) return `what '${written}' stands for`;
  }
  for (const [path, identity] of files) if (identityOf(path) !== identity) return path;
  return undefined;
}

function identityOf(path: string): string {
  try {
    const { size, ino, mtimeNs } = statSync(path, { bigint: true });
    return `${size} ${ino} ${mtimeNs}`;
  } catch {
    return 'none';
  }
}
