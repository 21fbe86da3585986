/**
 * Where each type lies. Types are numbered by their order in the section and differ in length, so that one
 * linear pass is unavoidable; it is the larger part of the time in which a cold process answers its first
 * question, and therefore a plain loop over typed arrays.
 */
import { BtfError } from './btf-error.ts';
import { kinds } from './kinds.ts';

export interface TypeIndex {
  /** Word index of each type; entry 0 is the first type of this blob. */
  readonly starts: Uint32Array;
  /** Kind number of each type. */
  readonly kindOf: Uint8Array;
}

const kindCount = kinds.length;
const fixedWords = Uint8Array.from(kinds, (entry) => 3 + entry.fixedWords);
const wordsPerElement = Uint8Array.from(kinds, (entry) => entry.wordsPerElement);

/** @throws BtfError on an unknown kind and on a type that runs out of the section. */
export function indexTypes(words: Uint32Array, typesOffset: number, file: string): TypeIndex {
  const starts = new Uint32Array(Math.ceil(words.length / 3));
  const kindOf = new Uint8Array(starts.length);
  let count = 0;
  let at = 0;
  while (at + 2 < words.length) {
    const info = words[at + 1]!;
    const kind = (info >>> 24) & 0x1f;
    if (kind === 0 || kind >= kindCount) {
      throw new BtfError(
        file,
        typesOffset + 4 * at,
        `type ${count + 1} of this blob is of the unknown kind ${kind}`,
      );
    }
    starts[count] = at;
    kindOf[count] = kind;
    count++;
    at += fixedWords[kind]! + wordsPerElement[kind]! * (info & 0xffff);
  }
  if (at !== words.length) {
    throw new BtfError(file, typesOffset + 4 * words.length, `type ${count} of this blob is cut short`);
  }
  return { starts: starts.subarray(0, count), kindOf: kindOf.subarray(0, count) };
}
