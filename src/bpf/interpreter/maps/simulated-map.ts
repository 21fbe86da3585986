/**
 * A map as the kernel behaves: fixed key and value sizes, update flags, error numbers. Programs see values as
 * addresses; the owner of the machine sees bytes, one copy a CPU for per-CPU maps and one copy otherwise.
 */
import type { MapSpec } from '../../../program/program.ts';
import type { AddressSpace } from '../address-space.ts';
import { errno, Fault } from '../errors.ts';

export interface MapContext {
  readonly memory: AddressSpace;
  readonly cpuCount: number;
}

/** BPF_ANY, BPF_NOEXIST, BPF_EXIST. */
export const updateFlag = { any: 0n, noExist: 1n, exist: 2n } as const;

/** What a map answers: 0, or a negated error number. */
export type MapResult = number;

export abstract class SimulatedMap {
  readonly spec: MapSpec;
  /** What a program holds as the map itself: a handle without memory behind it. */
  readonly address: bigint;
  protected readonly context: MapContext;

  constructor(spec: MapSpec, context: MapContext) {
    this.spec = spec;
    this.context = context;
    this.address = context.memory.reserve();
  }

  get name(): string {
    return this.spec.name;
  }

  /** Address of the value for this CPU, 0 when there is none. */
  lookup(_key: Uint8Array, _cpu: number): bigint {
    return 0n;
  }

  /** bpf_map_update_elem on this CPU. */
  update(_key: Uint8Array, _value: Uint8Array, _flags: bigint, _cpu: number): MapResult {
    return -errno.EOPNOTSUPP;
  }

  remove(_key: Uint8Array): MapResult {
    return -errno.EOPNOTSUPP;
  }

  /** Keys that have a value, in the order of bpf_for_each_map_elem. */
  keys(): Uint8Array[] {
    return [];
  }

  /** Live views of the value's copies: one a CPU for per-CPU maps. Undefined when the key has none. */
  values(_key: Uint8Array): Uint8Array[] | undefined {
    return undefined;
  }

  /** Address of byte `offset` in element 0, for BPF_PSEUDO_MAP_VALUE. @throws {Fault} */
  directAddress(_offset: number): bigint {
    throw new Fault(`map ${this.name} of type ${this.spec.type} has no directly addressed values`);
  }

  /** All that is in the map: key, and the copies of its value. */
  entries(): { readonly key: Uint8Array; readonly values: readonly Uint8Array[] }[] {
    return this.keys().map((key) => ({ key, values: this.values(key) ?? [] }));
  }

  /** At the beginning of each run. */
  beginRun(): void {}

  /** At the end of each successful run: what must not be left over. @throws {Fault} */
  endRun(): void {}
}
