/** Makes BTF blobs word by word for tests, with the encoding written out by hand as the kernel documents it. */

export interface BlobType {
  readonly name?: string;
  readonly kind: number;
  readonly flag?: boolean;
  /** Number of elements. */
  readonly count?: number;
  readonly sizeOrType?: number;
  /** The words after the three common ones; a string is replaced by its offset. */
  readonly extra?: readonly (number | string)[];
}

/** `stringsStart` and `known` continue another blob's strings. */
export function buildBtf(types: readonly BlobType[], stringsStart = 0): Uint8Array {
  const strings: number[] = stringsStart === 0 ? [0] : [];
  const intern = (text: string) => {
    if (text === '') return 0;
    const offset = stringsStart + strings.length;
    strings.push(...Buffer.from(text, 'latin1'), 0);
    return offset;
  };
  const words = types.flatMap(({ name = '', kind, flag = false, count = 0, sizeOrType = 0, extra = [] }) => [
    intern(name),
    ((flag ? 1 << 31 : 0) | (kind << 24) | count) >>> 0,
    sizeOrType,
    ...extra.map((word) => (typeof word === 'string' ? intern(word) : word)),
  ]);
  const header = Buffer.alloc(24);
  header.writeUInt16LE(0xeb9f, 0);
  header.writeUInt8(1, 2);
  header.writeUInt32LE(24, 4);
  header.writeUInt32LE(words.length * 4, 12);
  header.writeUInt32LE(words.length * 4, 16);
  header.writeUInt32LE(strings.length, 20);
  const body = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => {
    body.writeUInt32LE(word >>> 0, index * 4);
  });
  return new Uint8Array(Buffer.concat([header, body, Buffer.from(strings)]));
}
