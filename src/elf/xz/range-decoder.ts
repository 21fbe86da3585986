/** The arithmetic decoder of LZMA: bits with adaptive probabilities (11 bits each), and bits of equal chance. */
import { XzError } from './xz-error.ts';

export type Probabilities = Uint16Array;

const half = 1024;

export function freshProbabilities(count: number): Probabilities {
  return new Uint16Array(count).fill(half);
}

export class RangeDecoder {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;
  #range = 0xffffffff;
  #code = 0;

  /** @throws XzError when the bytes do not begin as they must */
  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    if (this.#next() !== 0) throw new XzError('a compressed chunk begins wrongly');
    for (let i = 0; i < 4; i++) this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  #next(): number {
    if (this.#at >= this.#end) throw new XzError('a compressed chunk is cut short');
    return this.#bytes[this.#at++]!;
  }

  #normalise(): void {
    if (this.#range >= 0x1000000) return;
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  bit(probabilities: Probabilities, index: number): 0 | 1 {
    this.#normalise();
    const probability = probabilities[index]!;
    const bound = (this.#range >>> 11) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      probabilities[index] = probability + ((2048 - probability) >>> 5);
      return 0;
    }
    this.#range = this.#range - bound;
    this.#code = this.#code - bound;
    probabilities[index] = probability - (probability >>> 5);
    return 1;
  }

  /** `count` bits of equal chance, the highest first. */
  direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.#normalise();
      this.#range >>>= 1;
      const isOne = this.#code >= this.#range;
      if (isOne) this.#code -= this.#range;
      value = value * 2 + (isOne ? 1 : 0);
    }
    return value;
  }

  /** A number of `count` bits by a tree of probabilities at `offset`. */
  tree(probabilities: Probabilities, offset: number, count: number): number {
    let node = 1;
    for (let i = 0; i < count; i++) node = node * 2 + this.bit(probabilities, offset + node);
    return node - (1 << count);
  }

  /** The same, the lowest bit first. */
  reverseTree(probabilities: Probabilities, offset: number, count: number): number {
    let node = 1;
    let value = 0;
    for (let i = 0; i < count; i++) {
      const bit = this.bit(probabilities, offset + node);
      node = node * 2 + bit;
      value |= bit << i;
    }
    return value;
  }
}
