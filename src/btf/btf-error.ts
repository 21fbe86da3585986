/**
 * What reading BTF can fail with: bytes that are not BTF, are damaged, or ask for something that the format
 * cannot answer (the size of a function). Names the blob and, where there is one, the byte offset in it.
 */

export class BtfError extends Error {
  /** What the bytes came from, e.g. `vmlinux`. */
  readonly file: string;
  /** Byte offset in the blob, when the fault has a place. */
  readonly offset: number | undefined;

  constructor(file: string, offset: number | undefined, problem: string) {
    super(`BTF of ${file}${offset === undefined ? '' : ` at offset 0x${offset.toString(16)}`}: ${problem}`);
    this.name = 'BtfError';
    this.file = file;
    this.offset = offset;
  }
}
