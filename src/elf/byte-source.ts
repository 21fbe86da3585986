/**
 * Random access to a file's bytes, so that of a binary of hundreds of megabytes only headers, symbol tables and
 * notes are read. The reader stays free of file access: who opens the file supplies the source.
 */

export interface ByteSource {
  /** The path, for error messages. */
  readonly name: string;
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer only where the file ends. */
  read(offset: number, length: number): Uint8Array;
}

export function bytesSource(bytes: Uint8Array, name = 'ELF'): ByteSource {
  return { name, size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}
