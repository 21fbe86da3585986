/**
 * Reading and emptying whole maps. The batch commands (5.6 for hashes and arrays, later for per-CPU arrays) take
 * thousands of elements a call and never return one twice, because they walk bucket by bucket; where the kernel
 * refuses them we walk key by key, guarding against the restart that happens when the current key vanishes.
 */
import { Attr } from './attr.ts';
import { BpfCommand } from './bpf-constants.ts';
import type { BpfMap } from './bpf-map.ts';
import { Errno } from './errno.ts';
import { SyscallError } from './errors.ts';
import type { Kernel } from './kernel.ts';

/** Element i has its key at `i * keySize` in `keys`, its value at `i * elementSize` in `values`. */
export interface MapSnapshot {
  readonly count: number;
  readonly keySize: number;
  readonly elementSize: number;
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
}

const chunkBytes = 1 << 20;
const refusals: readonly number[] = [Errno.ENOTSUPP, Errno.EOPNOTSUPP, Errno.EINVAL, Errno.ENOSYS];

export function readMap(kernel: Kernel, map: BpfMap, remove: boolean): MapSnapshot {
  return readBatches(kernel, map, remove) ?? readOneByOne(map, remove);
}

export function clearMap(kernel: Kernel, map: BpfMap): void {
  if (map.type === 'array' || map.type === 'percpu_array') zeroArray(map);
  else if (!readBatches(kernel, map, true)) readOneByOne(map, true);
}

/** Undefined when the kernel has no batch command for this map. */
function readBatches(kernel: Kernel, map: BpfMap, remove: boolean): MapSnapshot | undefined {
  const collected = new Collector(map);
  const walk = new BatchWalk(kernel, map, remove);
  for (;;) {
    const { result, count } = walk.next();
    if (result < 0 && refusals.includes(-result) && collected.count === 0) return undefined;
    if (result === -Errno.ENOSPC && walk.grow()) continue;
    if (result < 0 && result !== -Errno.ENOENT) {
      throw new SyscallError(`bpf(${walk.name}) for map "${map.name}"`, -result);
    }
    collected.add(walk.keys, walk.values, count);
    if (result === -Errno.ENOENT || count === 0) return collected.snapshot();
  }
}

class BatchWalk {
  readonly name: string;
  keys = new Uint8Array(0);
  values = new Uint8Array(0);
  readonly #kernel: Kernel;
  readonly #map: BpfMap;
  readonly #command: number;
  #capacity: number;
  #position: Uint8Array | undefined;
  readonly #cursors: readonly [Uint8Array, Uint8Array];

  constructor(kernel: Kernel, map: BpfMap, remove: boolean) {
    this.#kernel = kernel;
    this.#map = map;
    this.name = remove ? 'BPF_MAP_LOOKUP_AND_DELETE_BATCH' : 'BPF_MAP_LOOKUP_BATCH';
    this.#command = BpfCommand[remove ? 'BPF_MAP_LOOKUP_AND_DELETE_BATCH' : 'BPF_MAP_LOOKUP_BATCH'];
    const perChunk = Math.floor(chunkBytes / (map.keySize + map.elementSize));
    this.#capacity = Math.max(1, Math.min(map.maxEntries, Math.max(64, perChunk)));
    const cursorSize = Math.max(8, map.keySize);
    this.#cursors = [new Uint8Array(cursorSize), new Uint8Array(cursorSize)];
    this.#allocate();
  }

  next(): { readonly result: number; readonly count: number } {
    const out = this.#position === this.#cursors[0] ? this.#cursors[1] : this.#cursors[0];
    const attr = new Attr(this.#kernel, 56)
      .pointer(0, this.#position)
      .pointer(8, out)
      .pointer(16, this.keys)
      .pointer(24, this.values)
      .u32(32, this.#capacity)
      .u32(36, this.#map.fd);
    const result = attr.bpf(this.#command);
    if (result >= 0) this.#position = out;
    const usable = result >= 0 || result === -Errno.ENOENT;
    return { result, count: usable ? Math.min(attr.getU32(32), this.#capacity) : 0 };
  }

  /** After ENOSPC: one bucket has more elements than fit. The position has not moved. */
  grow(): boolean {
    if (this.#capacity >= this.#map.maxEntries) return false;
    this.#capacity = Math.min(this.#map.maxEntries, this.#capacity * 4);
    this.#allocate();
    return true;
  }

  #allocate(): void {
    this.keys = new Uint8Array(this.#capacity * this.#map.keySize);
    this.values = new Uint8Array(this.#capacity * this.#map.elementSize);
  }
}

/** Gathers chunks into one block of keys and one of values. */
class Collector {
  count = 0;
  readonly #map: BpfMap;
  readonly #keys: Uint8Array[] = [];
  readonly #values: Uint8Array[] = [];

  constructor(map: BpfMap) {
    this.#map = map;
  }

  add(keys: Uint8Array, values: Uint8Array, count: number): void {
    if (count === 0) return;
    this.count += count;
    this.#keys.push(keys.slice(0, count * this.#map.keySize));
    this.#values.push(values.slice(0, count * this.#map.elementSize));
  }

  snapshot(): MapSnapshot {
    const { keySize, elementSize } = this.#map;
    return { count: this.count, keySize, elementSize, keys: join(this.#keys), values: join(this.#values) };
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const only = parts[0];
  if (parts.length === 1 && only) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function readOneByOne(map: BpfMap, remove: boolean): MapSnapshot {
  const collected = new Collector(map);
  const seen = new Set<string>();
  // When the current key is removed under us the walk restarts at the first key: seen keys are then skipped,
  // and the number of steps is bounded.
  let steps = 4 * map.maxEntries + 16;
  for (let key = map.nextKey(undefined); key && steps > 0; key = map.nextKey(key), steps--) {
    const name = Buffer.from(key).toString('latin1');
    if (seen.has(name)) continue;
    seen.add(name);
    const value = map.lookup(key);
    if (value) collected.add(key, value, 1);
  }
  const snapshot = collected.snapshot();
  // What is counted between the look-up and the deletion is lost here; the batch command loses nothing.
  if (remove) deleteAll(map, snapshot);
  return snapshot;
}

function deleteAll(map: BpfMap, { count, keys, keySize }: MapSnapshot): void {
  for (let i = 0; i < count; i++) map.delete(keys.slice(i * keySize, (i + 1) * keySize));
}

function zeroArray(map: BpfMap): void {
  const zero = new Uint8Array(map.elementSize);
  const key = new Uint8Array(4);
  for (let index = 0; index < map.maxEntries; index++) {
    new DataView(key.buffer).setUint32(0, index, true);
    map.update(key, zero);
  }
}
