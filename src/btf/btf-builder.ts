/** Writing BTF (Documentation/bpf/btf.rst): types as words, in the order in which they are added, and their names. */

const magic = 0xeb9f;
const headerSize = 24;

/** BTF_KIND_* as far as they are written here. */
export const btfKinds = {
  int: 1,
  ptr: 2,
  array: 3,
  struct: 4,
  func: 12,
  funcProto: 13,
  var: 14,
  dataSection: 15,
} as const;
export const btfSigned = 1 << 24;

export class BtfBuilder {
  readonly #words: number[] = [];
  readonly #strings = new Map<string, number>([['', 0]]);
  #text = '\0';
  #lastId = 0;

  /** A type: name, kind with the length of what follows, size or type, and what follows. @returns its id */
  add(name: string, kind: number, sizeOrType: number, rest: readonly number[] = [], length = 0): number {
    this.#words.push(this.name(name), (kind << 24) | length, sizeOrType, ...rest);
    return ++this.#lastId;
  }

  name(text: string): number {
    let offset = this.#strings.get(text);
    if (offset === undefined) {
      offset = this.#text.length;
      this.#strings.set(text, offset);
      this.#text += `${text}\0`;
    }
    return offset;
  }

  bytes(): Uint8Array {
    const types = littleEndian(this.#words);
    const strings = new TextEncoder().encode(this.#text);
    const header = littleEndian([
      magic | (1 << 16),
      ...[headerSize, 0, types.length, types.length, strings.length],
    ]);
    const bytes = new Uint8Array(header.length + types.length + strings.length);
    bytes.set(header, 0);
    bytes.set(types, header.length);
    bytes.set(strings, header.length + types.length);
    return bytes;
  }
}

export function littleEndian(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setUint32(i * 4, word, true);
  return bytes;
}
