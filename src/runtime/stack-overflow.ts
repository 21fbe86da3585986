/**
 * The stacks that found their bucket of a stack map taken: a hash map from stack to number, read the other way. It is
 * small, and read only when a number appears that is not known yet.
 */
import type { BpfMap } from '../kernel/bpf-map.ts';

export class StackOverflow {
  readonly #map: BpfMap;
  readonly #stacks = new Map<number, readonly bigint[]>();

  constructor(map: BpfMap) {
    this.#map = map;
  }

  /** Innermost first; empty for a number that is not in the map. */
  stack(number: number): readonly bigint[] {
    if (!this.#stacks.has(number)) this.#read();
    return this.#stacks.get(number) ?? [];
  }

  #read(): void {
    const { count, keySize, keys, values } = this.#map.read();
    const numbers = new DataView(values.buffer, values.byteOffset, values.byteLength);
    for (let index = 0; index < count; index++) {
      const number = Number(numbers.getBigUint64(8 * index, true));
      if (!this.#stacks.has(number))
        this.#stacks.set(number, addressesIn(keys.slice(index * keySize, (index + 1) * keySize)));
    }
  }
}

/** The addresses of a stack as the kernel gives it: zeros after the last. */
export function addressesIn(stack: Uint8Array): readonly bigint[] {
  const words = new BigUint64Array(stack.buffer, stack.byteOffset, stack.length >>> 3);
  const end = words.indexOf(0n);
  return [...words.subarray(0, end < 0 ? words.length : end)];
}
