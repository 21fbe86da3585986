/**
 * One process: its mappings and the symbols that its just-in-time compiler wrote. Both are kept when the process
 * ends, and read again when they are older than a second, since processes load libraries, compile and exec.
 */
import { readFileSync, statSync } from 'node:fs';
import type { Binary } from './binary.ts';
import type { BinaryCache } from './binary-cache.ts';
import { PerfMap } from './perf-map.ts';
import { type Mapping, mappingAt, parseProcessMap } from './process-map.ts';
import type { SourceFrame } from './source-frames.ts';
import { readVdso } from './vdso.ts';

export interface UserLocation {
  readonly name: string;
  /** Bytes from the symbol's start. */
  readonly offset: number;
  /** Path of the file, `[vdso]`, or the path of a perf map. */
  readonly module: string;
}

const maximumAgeMs = 1000;
const maximumKnown = 50_000;

export class ProcessSymbols {
  readonly pid: number;
  readonly #binaries: BinaryCache;
  readonly #now: () => number;
  #mappings: readonly Mapping[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #perfMap: { readonly path: string; readonly version: string; readonly map: PerfMap } | undefined;
  readonly #nameOf: (symbol: string) => string;
  #vdso: Binary | undefined;
  #mapsText = '';
  /** Stacks repeat the same addresses; emptied when the mappings or compiled symbols changed. */
  readonly #known = new Map<number, UserLocation>();
  readonly #sources = new Map<number, readonly SourceFrame[]>();

  constructor(
    pid: number,
    binaries: BinaryCache,
    now: () => number,
    nameOf: (symbol: string) => string = (symbol) => symbol,
  ) {
    this.#nameOf = nameOf;
    this.pid = pid;
    this.#binaries = binaries;
    this.#now = now;
  }

  lookup(address: number): UserLocation | undefined {
    const mapping = this.mappingAt(address);
    if (mapping === undefined) return undefined;
    let found = this.#known.get(address);
    if (found === undefined) {
      found = this.#lookupBinary(mapping, address) ?? this.#lookupCompiled(address);
      if (found !== undefined) this.#remember(address, found);
    }
    return found;
  }

  #remember(address: number, location: UserLocation): void {
    if (this.#known.size >= maximumKnown) this.#known.clear();
    this.#known.set(address, location);
  }

  /** The calls at an address with their source lines, innermost first. */
  sources(address: number): readonly SourceFrame[] {
    const mapping = this.mappingAt(address);
    if (mapping === undefined) return [];
    let found = this.#sources.get(address);
    if (found === undefined) {
      found = this.binaryOf(mapping)?.sourcesAt(address - mapping.start + mapping.offset) ?? [];
      if (this.#sources.size >= maximumKnown) this.#sources.clear();
      this.#sources.set(address, found);
    }
    return found;
  }

  #lookupBinary(mapping: Mapping, address: number): UserLocation | undefined {
    const found = this.binaryOf(mapping)?.symbolAt(address - mapping.start + mapping.offset);
    return found && { name: this.#nameOf(found.name), offset: found.offset, module: mapping.path };
  }

  #lookupCompiled(address: number): UserLocation | undefined {
    const found = this.#perfMap?.map.find(address);
    return found && { ...found, module: this.#perfMap?.path ?? '' };
  }

  mappingAt(address: number): Mapping | undefined {
    if (this.#now() - this.#readAt > maximumAgeMs) this.refresh();
    return mappingAt(this.#mappings, address);
  }

  binaryOf(mapping: Mapping): Binary | undefined {
    if (mapping.path === '[vdso]') {
      this.#vdso ??= readVdso(this.pid, mapping);
      return this.#vdso;
    }
    const isFile = mapping.path.startsWith('/') && mapping.inode !== '0';
    return isFile ? this.#binaries.get(this.pid, mapping) : undefined;
  }

  /** Opens what is executable, so that it can still be read when the process has ended or the file is deleted. */
  prefetch(): void {
    this.refresh();
    for (const mapping of this.#mappings) if (mapping.executable) this.binaryOf(mapping);
  }

  /** Reads mappings and compiled symbols again; keeps the old ones when the process has ended. */
  refresh(): void {
    this.#readAt = this.#now();
    const text = readOrUndefined(`/proc/${this.pid}/maps`);
    if (text === undefined || text === '') return;
    this.#refreshPerfMap();
    if (text === this.#mapsText) return;
    this.#mapsText = text;
    this.#mappings = parseProcessMap(text);
    this.#known.clear();
    this.#sources.clear();
  }

  #refreshPerfMap(): void {
    const path = perfMapPath(this.pid);
    const version = path === undefined ? undefined : fileVersion(path);
    if (path === undefined || version === undefined || version === this.#perfMap?.version) return;
    const map = readOrUndefined(path);
    if (map === undefined) return;
    this.#perfMap = { path, version, map: new PerfMap(map) };
    this.#known.clear();
  }
}

/** In the process's own mount name space, under the number it has in its own pid name space. */
function perfMapPath(pid: number): string | undefined {
  const status = readOrUndefined(`/proc/${pid}/status`);
  const inner = /^NSpid:.*?(\d+)$/m.exec(status ?? '')?.[1];
  return inner === undefined ? undefined : `/proc/${pid}/root/tmp/perf-${inner}.map`;
}

function fileVersion(path: string): string | undefined {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${ino}:${size}:${mtimeNs}`;
  } catch {
    return undefined;
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
