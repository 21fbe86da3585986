/**
 * Binaries by what the kernel says is mapped (device, inode, path), so that a library that a thousand processes
 * map is opened and read once; and by what was opened, so that it is read once whatever its names are.
 */
import { Binary } from './binary.ts';
import { FileSource } from './file-source.ts';
import type { Mapping } from './process-map.ts';

export class BinaryCache implements Disposable {
  readonly #byMapping = new Map<string, Binary>();
  readonly #byIdentity = new Map<string, Binary>();

  readonly #withSources: boolean;

  constructor({ withSources = false }: { readonly withSources?: boolean } = {}) {
    this.#withSources = withSources;
  }

  /** The binary behind a mapping of a file; undefined while it cannot be opened. */
  get(pid: number, mapping: Mapping): Binary | undefined {
    const key = `${mapping.device}:${mapping.inode}:${mapping.path}`;
    let binary = this.#byMapping.get(key);
    if (binary === undefined) {
      binary = this.#open(pid, mapping);
      if (binary !== undefined) this.#byMapping.set(key, binary);
    }
    return binary;
  }

  #open(pid: number, mapping: Mapping): Binary | undefined {
    const source = openMapped(pid, mapping);
    if (source === undefined) return undefined;
    const known = this.#byIdentity.get(source.identity);
    if (known !== undefined) {
      source.close();
      return known;
    }
    const binary = new Binary(source, mapping.path, { owned: source, withSources: this.#withSources });
    this.#byIdentity.set(source.identity, binary);
    return binary;
  }

  /** What went wrong with files, for `-v`. */
  get problems(): readonly string[] {
    return [...this.#byIdentity.values()].flatMap(({ problem }) => problem ?? []);
  }

  close(): void {
    for (const binary of this.#byIdentity.values()) binary.close();
    this.#byIdentity.clear();
    this.#byMapping.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * map_files leads to the very file that is mapped, even a deleted one, but wants CAP_SYS_ADMIN or
 * CAP_CHECKPOINT_RESTORE. The root of the process leads through its mount name space. When the process is gone,
 * the path itself may still be the same file: its inode tells.
 */
export function openMapped(pid: number, { range, path, deleted, inode }: Mapping): FileSource | undefined {
  const mapped = tryOpen(`/proc/${pid}/map_files/${range}`, path);
  if (mapped !== undefined || deleted) return mapped;
  const throughRoot = tryOpen(`/proc/${pid}/root${path}`, path);
  if (throughRoot !== undefined) return throughRoot;
  const direct = tryOpen(path, path);
  if (direct === undefined || direct.inode === inode) return direct;
  direct.close();
  return undefined;
}

function tryOpen(path: string, name: string): FileSource | undefined {
  try {
    return new FileSource(path, name);
  } catch {
    return undefined;
  }
}
