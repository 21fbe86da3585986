/**
 * Types by the hash of their name, for those who look up many: a search through a hundred thousand types takes a
 * millisecond, and a wildcard over all functions asks fifty thousand times. Built when it pays.
 */

export class NameIndex {
  readonly #first: Int32Array;
  /** The next type of the same bucket, by number; -1 at the end. */
  readonly #next: Int32Array;
  readonly #mask: number;

  /** `hashOf` is asked for each type, by number from 0. */
  constructor(count: number, hashOf: (index: number) => number) {
    const buckets = 2 ** Math.ceil(Math.log2(count + 1));
    this.#mask = buckets - 1;
    this.#first = new Int32Array(buckets).fill(-1);
    this.#next = new Int32Array(count);
    // From the last to the first, so that each bucket is in ascending order.
    for (let index = count - 1; index >= 0; index--) {
      const bucket = hashOf(index) & this.#mask;
      this.#next[index] = this.#first[bucket]!;
      this.#first[bucket] = index;
    }
  }

  /** The first type with that hash, or one that shares its bucket, that `accepts`. */
  find(hash: number, accepts: (index: number) => boolean): number | undefined {
    for (let index = this.#first[hash & this.#mask]!; index >= 0; index = this.#next[index]!) {
      if (accepts(index)) return index;
    }
    return undefined;
  }
}

/** Of the bytes from `offset` up to the NUL, or to the end (FNV-1a). */
export function nameHash(bytes: Uint8Array, offset: number): number {
  let hash = 0x811c9dc5;
  for (let at = offset; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === 0) break;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  // The low bits choose the bucket: let the high ones count.
  return hash ^ (hash >>> 15);
}
