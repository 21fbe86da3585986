/**
 * Strings up to a NUL. Names of processes and files repeat from event to event, so short strings are looked up
 * in a small direct-mapped table by their bytes before a new one is made: several times faster than decoding,
 * and nothing is allocated.
 */

const tableSize = 4096;
const longestShared = 48;
const table: string[] = new Array<string>(tableSize).fill('');

/** Bytes `start` … `end` (exclusive) or up to the first NUL before it, as a byte string. */
export function readString(bytes: Buffer, start: number, end: number): string {
  let hash = 0;
  let at = start;
  const sharedEnd = end - start > longestShared ? start + longestShared : end;
  for (; at < sharedEnd; at++) {
    const byte = bytes[at];
    if (byte === 0 || byte === undefined) return shared(bytes, start, at, hash);
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  return at === end
    ? shared(bytes, start, at, hash)
    : bytes.toString('latin1', start, endOfString(bytes, at, end));
}

/** Offset of the first NUL from `start` on, or `end`. */
export function endOfString(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== 0) at++;
  return at;
}

function shared(bytes: Buffer, start: number, end: number, hash: number): string {
  const slot = (hash ^ (hash >>> 12)) & (tableSize - 1);
  const known = table[slot];
  if (known !== undefined && sameBytes(known, bytes, start, end)) return known;
  const made = bytes.toString('latin1', start, end);
  table[slot] = made;
  return made;
}

function sameBytes(text: string, bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (text.length !== length) return false;
  for (let index = 0; index < length; index++) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
