/** A file that is open for reading at any place. Whoever opens it closes it. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '../elf/byte-source.ts';

export class FileSource implements ByteSource, Disposable {
  readonly name: string;
  readonly size: number;
  /** The same for the same contents, however the file was reached: device, inode, time of change. */
  readonly identity: string;
  /** In decimal. */
  readonly inode: string;
  #fd: number | undefined;

  /**
   * `name` is what messages call it; `size` is for files that do not tell theirs (/proc/PID/mem).
   * @throws the error of open(2), with its `code`
   */
  constructor(path: string, name = path, knownSize?: number) {
    this.#fd = openSync(path, 'r');
    const { size, dev, ino, mtimeNs } = fstatSync(this.#fd, { bigint: true });
    this.name = name;
    this.size = knownSize ?? Number(size);
    this.inode = String(ino);
    this.identity = `${dev}:${ino}:${mtimeNs}`;
  }

  /** Bytes from `offset`, fewer where the file ends; none when it was closed. */
  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    if (this.#fd === undefined || bytes.length === 0) return bytes.subarray(0, 0);
    return bytes.subarray(0, readSync(this.#fd, bytes, 0, bytes.length, offset));
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
