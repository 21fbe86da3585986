/**
 * The maps of the script as the session sees them: read for printing, cleared, zeroed. Clearing removes elements
 * (a scalar has no value afterwards); zeroing keeps the keys and sets the values to zero.
 */
import { must } from '../base/assert.ts';
import { UpdateFlags } from '../kernel/bpf-constants.ts';
import type { BpfMap } from '../kernel/bpf-map.ts';
import { Errno } from '../kernel/errno.ts';
import { SyscallError } from '../kernel/errors.ts';
import type { MapContents } from '../output/map-contents.ts';
import type { Program, UserMap } from '../program/program.ts';
import { allElements, isAbsent, type MapOptions, type MapSnapshot, readMapContents } from './decode/map.ts';
import type { Resolvers } from './decode/resolvers.ts';

export class UserMaps {
  readonly #userMaps: readonly UserMap[];
  readonly #maps: readonly BpfMap[];
  readonly #resolvers: Resolvers;
  /** Scalar aggregates that `zero` was called on: all bytes zero, but not absent. */
  readonly #zeroed = new Set<UserMap>();
  /** What arrays of counters held when they were last taken. */
  readonly #taken = new Map<UserMap, Uint8Array>();

  /** `maps` by the indexes of Program.maps. */
  constructor(program: Program, maps: readonly BpfMap[], resolvers: Resolvers) {
    this.#userMaps = program.userMaps;
    this.#maps = maps;
    this.#resolvers = resolvers;
  }

  /** In ascending byte order of name. */
  get names(): readonly string[] {
    return this.#userMaps
      .map(({ name }) => name)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  find(name: string): UserMap | undefined {
    return this.#userMaps.find((map) => map.name === name);
  }

  at(index: number): UserMap {
    return must(this.#userMaps[index], `user map ${index}`);
  }

  snapshot(map: UserMap): MapSnapshot {
    const bpfMap = this.#bpfMap(map);
    const { copies, copyStride } = bpfMap;
    return { ...bpfMap.read(), copies, copyStride };
  }

  contents(map: UserMap, options: MapOptions = allElements): MapContents {
    return readMapContents(map, this.snapshot(map), options, this.#resolvers);
  }

  /** Reads and begins anew, so that nothing that comes in between is lost: elements leave hashes as they are read. */
  take(map: UserMap): MapContents {
    this.#zeroed.delete(map);
    const bpfMap = this.#bpfMap(map);
    const { copies, copyStride } = bpfMap;
    const isArray = bpfMap.type === 'array' || bpfMap.type === 'percpu_array';
    const elements = isArray ? this.#takeArray(map, bpfMap) : bpfMap.take();
    return readMapContents(map, { ...elements, copies, copyStride }, allElements, this.#resolvers);
  }

  /** Counters only grow, so they are left alone, and the difference to the last time is what was counted since. */
  #takeArray(map: UserMap, bpfMap: BpfMap): ReturnType<BpfMap['read']> {
    const snapshot = bpfMap.read();
    if (!onlyGrows(map)) {
      bpfMap.clear();
      return snapshot;
    }
    const before = this.#taken.get(map);
    this.#taken.set(map, snapshot.values.slice());
    return before === undefined ? snapshot : { ...snapshot, values: difference(snapshot.values, before) };
  }

  /** Undefined for a map without elements, and for a scalar without a value. */
  presentContents(map: UserMap): MapContents | undefined {
    const snapshot = this.snapshot(map);
    if (isAbsent(map, snapshot) && !this.#zeroed.has(map)) return undefined;
    return readMapContents(map, snapshot, allElements, this.#resolvers);
  }

  clear(map: UserMap): void {
    this.#zeroed.delete(map);
    this.#taken.delete(map);
    this.#bpfMap(map).clear();
  }

  zero(map: UserMap): void {
    const snapshot = this.snapshot(map);
    if (isAbsent(map, snapshot)) return;
    this.#taken.delete(map);
    if (map.scalar && map.presenceOffset === undefined) this.#zeroed.add(map);
    const bpfMap = this.#bpfMap(map);
    const value = zeroValue(map, bpfMap);
    for (let at = 0; at < snapshot.keys.length; at += bpfMap.keySize) {
      updateExisting(bpfMap, snapshot.keys.subarray(at, at + bpfMap.keySize), value);
    }
  }

  #bpfMap({ map, name }: UserMap): BpfMap {
    return must(this.#maps[map], `kernel map of ${name}`);
  }
}

const growing: ReadonlySet<string> = new Set(['count', 'sum', 'avg', 'stats', 'hist', 'lhist']);

/** Aggregates made of 64-bit numbers that are only added to, one set for each CPU. */
function onlyGrows({ value, perCpu }: UserMap): boolean {
  return perCpu && growing.has(value.kind);
}

function difference(now: Uint8Array, before: Uint8Array): Uint8Array {
  const result = now.slice();
  const [minuend, subtrahend] = [result, before.slice()].map(({ buffer }) => new BigUint64Array(buffer));
  subtrahend?.forEach((word, index) => {
    if (minuend !== undefined) minuend[index] = BigInt.asUintN(64, (minuend[index] ?? 0n) - word);
  });
  return result;
}

function zeroValue({ presenceOffset }: UserMap, { elementSize, copies, copyStride }: BpfMap): Uint8Array {
  const value = new Uint8Array(elementSize);
  if (presenceOffset === undefined) return value;
  for (let copy = 0; copy < copies; copy++) value[copy * copyStride + presenceOffset] = 1;
  return value;
}

/** A key that was removed meanwhile stays away. */
function updateExisting(map: BpfMap, key: Uint8Array, value: Uint8Array): void {
  try {
    map.update(key, value, UpdateFlags.BPF_EXIST);
  } catch (error) {
    if (!(error instanceof SyscallError) || error.errno !== Errno.ENOENT) throw error;
  }
}
