/**
 * Notes: records of an owner's name, a type and a body (elf(5), "Notes"). Two matter here: the GNU build id, and
 * the places of USDT probes.
 */
import type { ElfReader } from './reader.ts';
import { textAt } from './reader.ts';

export interface Note {
  readonly owner: string;
  readonly type: number;
  readonly body: Uint8Array;
  /** Of the note in the file, for error messages. */
  readonly offset: number;
}

const align4 = (value: number) => (value + 3) & ~3;

/** The notes in `bytes`, which lie at `offset` in the file. @throws ElfError when one is cut short */
export function* readNotes(reader: ElfReader, bytes: Uint8Array, offset: number): Generator<Note> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + 12 <= bytes.length) {
    const nameSize = view.getUint32(at, true);
    const bodySize = view.getUint32(at + 4, true);
    const type = view.getUint32(at + 8, true);
    const body = at + 12 + align4(nameSize);
    if (nameSize > bytes.length || bodySize > bytes.length || body + bodySize > bytes.length) {
      throw reader.error(offset + at, 'a note is cut short');
    }
    const owner = textAt(bytes.subarray(at + 12, at + 12 + nameSize), 0);
    yield { owner, type, body: bytes.subarray(body, body + bodySize), offset: offset + at };
    at = body + align4(bodySize);
  }
}
