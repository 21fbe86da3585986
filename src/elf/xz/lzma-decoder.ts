/**
 * LZMA (Igor Pavlov's specification, "LZMA specification (DRAFT version)", 2015): literals and matches with earlier
 * output, coded by the range decoder. The output itself is the dictionary.
 */
import { freshProbabilities, type Probabilities, type RangeDecoder } from './range-decoder.ts';
import { XzError } from './xz-error.ts';

const states = 12;
const positionStates = 16;
const alignBits = 4;
const firstDistanceModel = 4;
const endDistanceModel = 14;
const fullDistances = 1 << (endDistanceModel >> 1);
const shortestMatch = 2;

/** Lengths of matches: short, middle and long ones. */
class LengthDecoder {
  readonly #choice = freshProbabilities(2);
  readonly #low = freshProbabilities(positionStates << 3);
  readonly #middle = freshProbabilities(positionStates << 3);
  readonly #high = freshProbabilities(256);

  decode(range: RangeDecoder, positionState: number): number {
    if (range.bit(this.#choice, 0) === 0) return range.tree(this.#low, positionState << 3, 3);
    if (range.bit(this.#choice, 1) === 0) return 8 + range.tree(this.#middle, positionState << 3, 3);
    return 16 + range.tree(this.#high, 0, 8);
  }
}

export interface LzmaProperties {
  readonly literalContextBits: number;
  readonly literalPositionBits: number;
  readonly positionBits: number;
}

/** The probabilities and what else goes on from chunk to chunk. */
export class LzmaState {
  readonly #properties: LzmaProperties;
  readonly #literals: Probabilities;
  readonly #isMatch = freshProbabilities(states * positionStates);
  readonly #isRepeat = freshProbabilities(states);
  readonly #isRepeat0 = freshProbabilities(states);
  readonly #isRepeat1 = freshProbabilities(states);
  readonly #isRepeat2 = freshProbabilities(states);
  readonly #isLongRepeat0 = freshProbabilities(states * positionStates);
  readonly #slots = freshProbabilities(4 << 6);
  readonly #distances = freshProbabilities(1 + fullDistances - endDistanceModel);
  readonly #align = freshProbabilities(1 << alignBits);
  readonly #matchLengths = new LengthDecoder();
  readonly #repeatLengths = new LengthDecoder();
  readonly #recent: [number, number, number, number] = [0, 0, 0, 0];
  #state = 0;

  constructor(properties: LzmaProperties) {
    this.#properties = properties;
    const { literalContextBits, literalPositionBits } = properties;
    this.#literals = freshProbabilities(0x300 << (literalContextBits + literalPositionBits));
  }

  /** Fills `output` from `start` to `end`; `dictionary` is where what may be copied begins. */
  decode(range: RangeDecoder, output: Uint8Array, start: number, end: number, dictionary: number): void {
    const mask = (1 << this.#properties.positionBits) - 1;
    for (let at = start; at < end; ) {
      const positionState = (at - dictionary) & mask;
      if (range.bit(this.#isMatch, this.#state * positionStates + positionState) === 0) {
        this.#literal(range, output, at, dictionary);
        at++;
        continue;
      }
      const length = this.#length(range, positionState);
      const distance = this.#recent[0] + 1;
      if (distance > at - dictionary) throw new XzError('a match lies before the beginning');
      if (at + length > end) throw new XzError('a match goes beyond its chunk');
      for (let i = 0; i < length; i++, at++) output[at] = output[at - distance]!;
    }
  }

  #literal(range: RangeDecoder, output: Uint8Array, at: number, dictionary: number): void {
    const { literalContextBits, literalPositionBits } = this.#properties;
    const previous = at > dictionary ? output[at - 1]! : 0;
    const position = (at - dictionary) & ((1 << literalPositionBits) - 1);
    const context = (position << literalContextBits) + (previous >> (8 - literalContextBits));
    const offset = 0x300 * context;
    let symbol = 1;
    if (this.#state >= 7) {
      const distance = this.#recent[0] + 1;
      if (distance > at - dictionary) throw new XzError('a match lies before the beginning');
      let matched = output[at - distance]!;
      while (symbol < 0x100) {
        const matchBit = (matched >> 7) & 1;
        matched <<= 1;
        const bit = range.bit(this.#literals, offset + ((1 + matchBit) << 8) + symbol);
        symbol = symbol * 2 + bit;
        if (matchBit !== bit) break;
      }
    }
    while (symbol < 0x100) symbol = symbol * 2 + range.bit(this.#literals, offset + symbol);
    output[at] = symbol & 0xff;
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** Of a match, whose distance is then the most recent one. */
  #length(range: RangeDecoder, positionState: number): number {
    const afterLiteral = this.#state < 7;
    if (range.bit(this.#isRepeat, this.#state) === 0) {
      const length = this.#matchLengths.decode(range, positionState) + shortestMatch;
      this.#recent.copyWithin(1, 0, 3);
      this.#recent[0] = this.#distance(range, length);
      this.#state = afterLiteral ? 7 : 10;
      return length;
    }
    if (this.#pickRecent(range, positionState)) {
      this.#state = afterLiteral ? 9 : 11;
      return 1;
    }
    this.#state = afterLiteral ? 8 : 11;
    return this.#repeatLengths.decode(range, positionState) + shortestMatch;
  }

  /** Moves the distance that is used again to the front; true for one byte at the last distance. */
  #pickRecent(range: RangeDecoder, positionState: number): boolean {
    const state = this.#state;
    const recent = this.#recent;
    if (range.bit(this.#isRepeat0, state) === 0)
      return range.bit(this.#isLongRepeat0, state * positionStates + positionState) === 0;
    const index =
      range.bit(this.#isRepeat1, state) === 0 ? 1 : range.bit(this.#isRepeat2, state) === 0 ? 2 : 3;
    const distance = recent[index]!;
    recent.copyWithin(1, 0, index);
    recent[0] = distance;
    return false;
  }

  #distance(range: RangeDecoder, length: number): number {
    const lengthState = Math.min(length - shortestMatch, 3);
    const slot = range.tree(this.#slots, lengthState << 6, 6);
    if (slot < firstDistanceModel) return slot;
    const directBits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** directBits;
    if (slot < endDistanceModel) return base + range.reverseTree(this.#distances, base - slot, directBits);
    return base + range.direct(directBits - alignBits) * 16 + range.reverseTree(this.#align, 0, alignBits);
  }
}
