/**
 * Packing of `union bpf_attr` and `struct perf_event_attr`: fields by offset, in native (little) endian, with
 * zeros elsewhere. The kernel accepts a structure longer than its own when the rest is zero, and one that is
 * shorter. Buffers whose addresses are stored are kept alive with the attribute.
 */
import type { Kernel } from './kernel.ts';

/** BPF_OBJ_NAME_LEN less the NUL. */
const nameLength = 15;

/** What the kernel is reading at the moment: holds off the garbage collector, which cannot see addresses. */
const inUse: { attr: Attr | undefined } = { attr: undefined };

export class Attr {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #kernel: Kernel;
  readonly #referenced: Uint8Array[] = [];

  constructor(kernel: Kernel, size: number) {
    this.#kernel = kernel;
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  u32(offset: number, value: number): this {
    this.#view.setUint32(offset, value, true);
    return this;
  }

  u64(offset: number, value: bigint): this {
    this.#view.setBigUint64(offset, value, true);
    return this;
  }

  /** The address of `bytes`; zero for no bytes. */
  pointer(offset: number, bytes: Uint8Array | undefined): this {
    if (!bytes || bytes.length === 0) return this.u64(offset, 0n);
    this.#referenced.push(bytes);
    return this.u64(offset, this.#kernel.addressOf(bytes));
  }

  /** Keeps buffers alive whose addresses are stored in a buffer of this attribute. */
  keep(buffers: readonly Uint8Array[]): this {
    this.#referenced.push(...buffers);
    return this;
  }

  /** A name as the kernel takes it: word characters and dots, cut to 15. */
  name(offset: number, name: string): this {
    const clean = name.replace(/[^A-Za-z0-9_.]/g, '_').slice(0, nameLength);
    this.bytes.set(new TextEncoder().encode(clean), offset);
    return this;
  }

  getU32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  bpf(command: number): number {
    inUse.attr = this;
    const result = this.#kernel.bpf(command, this.bytes);
    inUse.attr = undefined;
    return result;
  }
}

/** NUL-terminated bytes of `text`. */
export function cString(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}
