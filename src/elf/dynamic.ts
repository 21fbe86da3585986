/** The dynamic section: which libraries a binary needs and what it calls itself. */
import { type ElfReader, textAt } from './reader.ts';
import { dynamicEntry } from './structures.ts';

export interface DynamicInfo {
  /** File names as the linker recorded them, e.g. `libc.so.6`. */
  readonly needed: readonly string[];
  readonly soname: string | undefined;
}

const tags = { end: 0, needed: 1, soname: 14 } as const;

export function readDynamic(reader: ElfReader, bytes: Uint8Array, strings: Uint8Array): DynamicInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = reader.sizeOf(dynamicEntry);
  const needed: string[] = [];
  let soname: string | undefined;
  for (let at = 0; at + size <= bytes.length; at += size) {
    const { tag, value } = reader.fields(dynamicEntry, view, at);
    if (tag === tags.end) break;
    if (tag === tags.needed) needed.push(textAt(strings, value));
    if (tag === tags.soname) soname = textAt(strings, value);
  }
  return { needed, soname };
}
