/**
 * Memory shared with the kernel. The window is taken away when the mapping is closed: touching unmapped memory
 * would kill the process, so nobody outside may keep an ArrayBuffer of it longer than its owner.
 */
import { SyscallError } from './errors.ts';
import type { FdNumber } from './fd.ts';
import type { Kernel } from './kernel.ts';

const protRead = 1;
const protWrite = 2;

export class Mapping implements Disposable {
  readonly buffer: ArrayBuffer;
  readonly #kernel: Kernel;
  readonly #address: number;
  readonly #length: number;
  #open = true;

  constructor(
    kernel: Kernel,
    fd: FdNumber,
    request: { offset: number; length: number; writable: boolean; what: string },
  ) {
    const protection = request.writable ? protRead | protWrite : protRead;
    const result = kernel.mmap(request.length, protection, fd, request.offset);
    if (result < 0) throw new SyscallError(`mmap of ${request.what}`, -result);
    this.#kernel = kernel;
    this.#address = result;
    this.#length = request.length;
    this.buffer = kernel.view(result, request.length);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#kernel.munmap(this.#address, this.#length);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
