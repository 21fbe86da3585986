/** Changes to bytes that know nothing of what they mean: what a damaged file or an odd terminal gives. */
import type { Random } from '../random.ts';

type ByteMutator = (bytes: string, random: Random) => string;

/** At the borders of what integers of 1, 2, 4 and 8 bytes hold. */
const interesting = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

const mutators: readonly ByteMutator[] = [
  (bytes, random) => splice(bytes, random.below(bytes.length + 1), 0, character(random.below(256))),
  (bytes, random) => splice(bytes, random.below(bytes.length), 1, character(random.below(256))),
  (bytes, random) => {
    const at = random.below(bytes.length);
    return splice(bytes, at, 1, character(bytes.charCodeAt(at) ^ (1 << random.below(8))));
  },
  (bytes, random) => splice(bytes, random.below(bytes.length), 1 + random.below(8), ''),
  (bytes, random) => bytes.slice(0, random.below(bytes.length)),
  (bytes, random) => {
    const from = random.below(bytes.length);
    const run = bytes.slice(from, from + 1 + random.below(32));
    return splice(bytes, random.below(bytes.length), random.below(2) * run.length, run);
  },
  (bytes, random) => {
    const size = random.pick([1, 2, 4, 8]);
    return splice(bytes, random.below(bytes.length), size, littleEndian(random.pick(interesting), size));
  },
  (bytes, random) =>
    splice(
      bytes,
      random.below(bytes.length),
      0,
      character(random.below(256)).repeat(random.pick([8, 64, 1000])),
    ),
];

export function mutateBytes(bytes: string, random: Random): string {
  let mutant = bytes;
  for (let n = random.chance(50) ? 1 : 1 + random.below(4); n > 0 && mutant.length > 0; n--)
    mutant = random.pick(mutators)(mutant, random);
  return mutant;
}

export function splice(text: string, at: number, removed: number, inserted: string): string {
  return text.slice(0, at) + inserted + text.slice(at + removed);
}

function character(code: number): string {
  return String.fromCharCode(code & 255);
}

function littleEndian(value: number, size: number): string {
  return Array.from({ length: size }, (_, i) =>
    character(i < 4 ? value >>> (8 * i) : value >>> 31 ? 255 : 0),
  ).join('');
}
