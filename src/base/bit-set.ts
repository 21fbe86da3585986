/** A set of small numbers as bits, for data-flow problems where sets are united over and over. */
export class BitSet {
  readonly words: Uint32Array;

  constructor(size: number) {
    this.words = new Uint32Array((size + 31) >>> 5);
  }

  has(n: number): boolean {
    return ((this.words[n >>> 5] ?? 0) & (1 << (n & 31))) !== 0;
  }

  add(n: number): void {
    this.words[n >>> 5] = (this.words[n >>> 5] ?? 0) | (1 << (n & 31));
  }

  /** Adds `other` without `except`; true when that changed anything. */
  addAll(other: BitSet, except?: BitSet): boolean {
    let changed = false;
    for (let i = 0; i < this.words.length; i++) {
      const old = this.words[i] ?? 0;
      const more = (other.words[i] ?? 0) & ~(except?.words[i] ?? 0);
      if ((more & ~old) === 0) continue;
      this.words[i] = old | more;
      changed = true;
    }
    return changed;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let i = 0; i < this.words.length; i++) {
      for (let word = this.words[i] ?? 0; word !== 0; word &= word - 1) {
        yield i * 32 + (31 - Math.clz32(word & -word));
      }
    }
  }
}
