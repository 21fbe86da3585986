/**
 * Memory that values are read from: a ring buffer's mapping, a map's key or value. One object for each
 * mapping, not for each record, so that reading allocates nothing.
 */

export class Memory {
  readonly view: DataView;
  readonly bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }
}

/** Turns the value at an offset into something; made once for each type. */
export type Reader<T> = (memory: Memory, offset: number) => T;
