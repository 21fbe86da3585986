/**
 * Reader of a BPF ring buffer, in plain JavaScript on the mapped memory (kernel/bpf/ringbuf.c, 5.8). Three areas:
 * a page with our position (writable), a page with the producer's, and the data, mapped twice in a row so that no
 * record is ever split. A record is a u32 length with two flags, a u32 for the kernel, then the bytes, padded to
 * eight. Positions are u64 but only their low halves are read: the data is smaller than 4 GiB, so differences fit,
 * and no bigint is made for a record. Our position is written whole, once for a portion of the ring.
 */
import type { BpfMap } from './bpf-map.ts';
import { Errno } from './errno.ts';
import { SyscallError } from './errors.ts';
import { closeAll, type Fd, ownFd } from './fd.ts';
import type { Kernel, Watcher } from './kernel.ts';
import { Mapping } from './mapping.ts';
import { pageSize } from './procfs.ts';

/** `bytes` and `view` cover the whole ring: the record is at `offset`. Both are only valid during the call. */
export type RecordHandler = (view: DataView, bytes: Uint8Array, offset: number, length: number) => void;

const headerSize = 8;
const busyBit = 1 << 31;
const discardBit = 1 << 30;
const lengthMask = 0x3fffffff;
const epollIn = 1;

export class RingBuffer implements Disposable {
  readonly sizeBytes: number;
  /** Records delivered since it was opened. */
  records = 0;
  readonly #kernel: Kernel;
  readonly #map: BpfMap;
  readonly #owned: { close(): void }[] = [];
  readonly #consumer: BigInt64Array;
  readonly #producer: Int32Array;
  readonly #headers: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Bytes consumed before the space is given back to the kernel. */
  readonly #portion: number;
  /** Our position, low 32 bits, and whole as the kernel knows it. */
  #position: number;
  #released: bigint;
  #epoll: Fd | undefined;
  #watcher: Watcher | undefined;
  #resting: NodeJS.Timeout | undefined;
  #open = true;
  #draining = false;

  /** `map` stays the caller's. */
  constructor(kernel: Kernel, map: BpfMap) {
    this.#kernel = kernel;
    this.#map = map;
    this.sizeBytes = map.maxEntries;
    this.#portion = this.sizeBytes >>> 3;
    const what = `ring buffer "${map.name}"`;
    const page = pageSize();
    const own = new Mapping(kernel, map.fd, { offset: 0, length: page, writable: true, what });
    this.#owned.push(own);
    const request = { offset: page, length: page + 2 * this.sizeBytes, writable: false, what };
    const data = this.#mapData(request);
    this.#consumer = new BigInt64Array(own.buffer, 0, 1);
    this.#producer = new Int32Array(data.buffer, 0, 2);
    this.#headers = new Int32Array(data.buffer, page, this.sizeBytes >>> 2);
    this.#bytes = new Uint8Array(data.buffer, page, 2 * this.sizeBytes);
    this.#view = new DataView(data.buffer, page, 2 * this.sizeBytes);
    this.#released = Atomics.load(this.#consumer, 0);
    this.#position = Number(BigInt.asIntN(32, this.#released));
  }

  #mapData(request: { offset: number; length: number; writable: boolean; what: string }): Mapping {
    try {
      const data = new Mapping(this.#kernel, this.#map.fd, request);
      this.#owned.push(data);
      return data;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Hands over the records that are there, at most `maxRecords`, and returns their number. A record that is still
   * being written ends the walk, since records are delivered in order. When the handler throws, the record it had
   * counts as consumed.
   */
  drain(handler: RecordHandler, maxRecords: number = Number.MAX_SAFE_INTEGER): number {
    if (!this.#open || this.#draining) return 0;
    this.#draining = true;
    const before = this.records;
    try {
      while (this.#drainPortion(handler, maxRecords - (this.records - before))) this.#release();
    } finally {
      this.#draining = false;
      this.#release();
    }
    return this.records - before;
  }

  /** Whether to go on: a portion was consumed and more may be there. The hot loop: no allocation, no bigint. */
  #drainPortion(handler: RecordHandler, maxRecords: number): boolean {
    const bytes = this.#bytes;
    const view = this.#view;
    const headers = this.#headers;
    const mask = this.sizeBytes - 1;
    const available = (Atomics.load(this.#producer, 0) - this.#position) >>> 0;
    const budget = Math.min(available, this.#portion);
    let left = maxRecords;
    for (let consumed = 0; consumed < budget; ) {
      if (left <= 0) return false;
      const at = this.#position & mask;
      const header = Atomics.load(headers, at >>> 2);
      if (header & busyBit) return false;
      const length = header & lengthMask;
      const step = (length + headerSize + 7) & ~7;
      this.#position = (this.#position + step) | 0;
      consumed += step;
      if (header & discardBit) continue;
      this.records++;
      left--;
      handler(view, bytes, at + headerSize, length);
      if (!this.#open) return false;
    }
    return budget > 0;
  }

  /** Gives the consumed space back to the kernel. */
  #release(): void {
    const delta = (this.#position - Number(BigInt.asIntN(32, this.#released))) >>> 0;
    if (delta === 0 || !this.#open) return;
    this.#released += BigInt(delta);
    Atomics.store(this.#consumer, 0, this.#released);
  }

  /** Bytes written and not yet consumed. */
  get pendingBytes(): number {
    return this.#open ? (Atomics.load(this.#producer, 0) - this.#position) >>> 0 : 0;
  }

  /** Blocks this thread until there is something to drain: false when the time is over. -1 waits for ever. */
  poll(timeoutMs: number): boolean {
    this.#epoll ??= this.#openEpoll();
    const result = this.#kernel.epollWait(this.#epoll.number, new Uint8Array(16), 1, timeoutMs);
    if (result < 0 && result !== -Errno.EINTR) throw new SyscallError('epoll_wait on a ring buffer', -result);
    return result > 0;
  }

  /**
   * Calls back from the event loop when there is something to drain; keeps the process alive. After a call it rests
   * for `restMs`, unless a quarter of the ring is still full: a reader that is always at the producer's heels makes
   * the kernel wake it for every single record, at the cost of the traced programs.
   */
  watch(onReadable: () => void, restMs = 0): void {
    this.unwatch();
    const watcher = this.#kernel.watch(this.#map.fd, () => {
      onReadable();
      if (this.#watcher !== watcher || restMs === 0 || this.pendingBytes > this.sizeBytes / 4) return;
      watcher.pause();
      this.#resting = setTimeout(() => watcher.resume(), restMs);
    });
    this.#watcher = watcher;
  }

  unwatch(): void {
    clearTimeout(this.#resting);
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.unwatch();
    this.#epoll?.close();
    closeAll(this.#owned);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #openEpoll(): Fd {
    const what = `ring buffer "${this.#map.name}"`;
    const epoll = ownFd(this.#kernel, this.#kernel.epollCreate(), what, 'epoll_create1');
    const result = this.#kernel.epollAdd(epoll.number, this.#map.fd, epollIn);
    if (result >= 0) return epoll;
    epoll.close();
    throw new SyscallError(`epoll_ctl for ${what}`, -result);
  }
}
