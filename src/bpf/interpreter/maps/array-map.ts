/** `array` and `percpu_array`: all elements exist from the start and cannot be removed. */
import type { MapSpec } from '../../../program/program.ts';
import type { Region } from '../address-space.ts';
import { errno, Fault } from '../errors.ts';
import { type MapContext, type MapResult, SimulatedMap, updateFlag } from './simulated-map.ts';

export class ArrayMap extends SimulatedMap {
  /** One region for each CPU, or a single one. */
  readonly #copies: readonly Region[];
  /** Elements lie 8-byte aligned. */
  readonly #stride: number;

  constructor(spec: MapSpec, context: MapContext) {
    super(spec, context);
    this.#stride = (spec.valueSize + 7) & ~7;
    const count = spec.type === 'percpu_array' ? context.cpuCount : 1;
    this.#copies = Array.from({ length: count }, () => this.#makeCopy());
  }

  #makeCopy(): Region {
    const { name, maxEntries, valueSize, initial, readOnly } = this.spec;
    // The last element ends with its value, not with its padding.
    const bytes = new Uint8Array(this.#stride * (maxEntries - 1) + valueSize);
    for (let at = 0, index = 0; initial && at < initial.length; at += valueSize, index++) {
      bytes.set(initial.subarray(at, at + valueSize), index * this.#stride);
    }
    return this.context.memory.allocate(
      `the values of map ${name}`,
      bytes,
      readOnly ? 'read-only' : 'read-write',
    );
  }

  #index(key: Uint8Array): number | undefined {
    const index = new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(0, true);
    return index < this.spec.maxEntries ? index : undefined;
  }

  override lookup(key: Uint8Array, cpu: number): bigint {
    const index = this.#index(key);
    const copy = this.#copies[this.#copies.length === 1 ? 0 : cpu];
    return index === undefined || !copy ? 0n : copy.base + BigInt(index * this.#stride);
  }

  override update(key: Uint8Array, value: Uint8Array, flags: bigint, cpu: number): MapResult {
    if (flags > updateFlag.exist) return -errno.EINVAL;
    if (this.#index(key) === undefined) return -errno.E2BIG;
    if (flags === updateFlag.noExist) return -errno.EEXIST;
    this.values(key)?.[this.#copies.length === 1 ? 0 : cpu]?.set(value);
    return 0;
  }

  override remove(_key: Uint8Array): MapResult {
    return -errno.EINVAL;
  }

  override keys(): Uint8Array[] {
    return Array.from({ length: this.spec.maxEntries }, (_, i) => new Uint8Array(Uint32Array.of(i).buffer));
  }

  override values(key: Uint8Array): Uint8Array[] | undefined {
    const index = this.#index(key);
    if (index === undefined) return undefined;
    const at = index * this.#stride;
    return this.#copies.map(({ bytes }) => bytes.subarray(at, at + this.spec.valueSize));
  }

  override directAddress(offset: number): bigint {
    const copy = this.#copies[0];
    if (this.spec.type !== 'array' || !copy) return super.directAddress(offset);
    if (offset < 0 || offset >= copy.bytes.length)
      throw new Fault(`offset ${offset} is outside map ${this.name}`);
    return copy.base + BigInt(offset);
  }
}
