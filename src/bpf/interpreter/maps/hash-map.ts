/**
 * `hash`, `lru_hash` and their per-CPU variants. The order of elements is that of insertion (of last use for LRU),
 * where the kernel's is that of its buckets; LRU evicts exactly, where the kernel approximates.
 */
import type { MapSpec } from '../../../program/program.ts';
import type { Region } from '../address-space.ts';
import { errno } from '../errors.ts';
import { type MapContext, type MapResult, SimulatedMap, updateFlag } from './simulated-map.ts';

interface Element {
  readonly key: Uint8Array;
  readonly copies: readonly Region[];
}

export class HashMap extends SimulatedMap {
  readonly #elements = new Map<string, Element>();
  /** Removed during this run: like under RCU, pointers to them stay valid until the program ends. */
  #removed: Element[] = [];
  readonly #lru: boolean;
  readonly #copyCount: number;

  constructor(spec: MapSpec, context: MapContext) {
    super(spec, context);
    this.#lru = spec.type === 'lru_hash' || spec.type === 'lru_percpu_hash';
    this.#copyCount = spec.type === 'percpu_hash' || spec.type === 'lru_percpu_hash' ? context.cpuCount : 1;
  }

  get size(): number {
    return this.#elements.size;
  }

  override lookup(key: Uint8Array, cpu: number): bigint {
    const element = this.#find(key);
    return element?.copies[this.#copyCount === 1 ? 0 : cpu]?.base ?? 0n;
  }

  #find(key: Uint8Array): Element | undefined {
    const id = idOf(key);
    const element = this.#elements.get(id);
    if (element && this.#lru) {
      this.#elements.delete(id);
      this.#elements.set(id, element);
    }
    return element;
  }

  override update(key: Uint8Array, value: Uint8Array, flags: bigint, cpu: number): MapResult {
    if (flags > updateFlag.exist) return -errno.EINVAL;
    const found = this.#find(key);
    if (found && flags === updateFlag.noExist) return -errno.EEXIST;
    if (!found && flags === updateFlag.exist) return -errno.ENOENT;
    const element = found ?? this.#insert(key);
    if (!element) return -errno.E2BIG;
    element.copies[this.#copyCount === 1 ? 0 : cpu]?.bytes.set(value);
    return 0;
  }

  #insert(key: Uint8Array): Element | undefined {
    if (this.#elements.size >= this.spec.maxEntries && !(this.#lru && this.#evict())) return undefined;
    const { name, valueSize } = this.spec;
    const copies = Array.from({ length: this.#copyCount }, () =>
      this.context.memory.allocate(`a value of map ${name}`, new Uint8Array(valueSize), 'read-write'),
    );
    const element = { key: key.slice(), copies };
    this.#elements.set(idOf(key), element);
    return element;
  }

  #evict(): boolean {
    const oldest = this.#elements.values().next().value;
    return oldest !== undefined && this.remove(oldest.key) === 0;
  }

  override remove(key: Uint8Array): MapResult {
    const id = idOf(key);
    const element = this.#elements.get(id);
    if (!element) return -errno.ENOENT;
    this.#elements.delete(id);
    this.#removed.push(element);
    return 0;
  }

  override beginRun(): void {
    for (const { copies } of this.#removed) for (const region of copies) this.context.memory.remove(region);
    this.#removed = [];
  }

  override keys(): Uint8Array[] {
    return [...this.#elements.values()].map(({ key }) => key);
  }

  override values(key: Uint8Array): Uint8Array[] | undefined {
    return this.#elements.get(idOf(key))?.copies.map(({ bytes }) => bytes);
  }
}

/** Keys are equal when their bytes are. */
const idOf = (key: Uint8Array): string => String.fromCharCode(...key);
