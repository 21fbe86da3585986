/**
 * `ringbuf`: records appear in the order of their reservation, once submitted. Space is accounted as in the kernel
 * (8 bytes of header, 8-byte alignment) and is free again when {@link RingBuffer.take} has read the records.
 */
import type { Region } from '../address-space.ts';
import { errno, Fault } from '../errors.ts';
import { type MapResult, SimulatedMap } from './simulated-map.ts';

interface Record {
  readonly region: Region;
  state: 'reserved' | 'submitted' | 'discarded';
}

const headerSize = 8;
const spaceFor = (size: number): number => (size + headerSize + 7) & ~7;

/** Arguments of bpf_ringbuf_query. */
const query = { availableData: 0n, ringSize: 1n, consumerPosition: 2n, producerPosition: 3n } as const;

export class RingBuffer extends SimulatedMap {
  #records: Record[] = [];
  #producer = 0;
  #consumer = 0;

  /** Address of the record's bytes; 0 when there is no room. */
  reserve(size: number): bigint {
    // The last byte is never used: the kernel compares with the mask.
    if (this.#producer + spaceFor(size) - this.#consumer > this.spec.maxEntries - 1) return 0n;
    this.#producer += spaceFor(size);
    const bytes = new Uint8Array(size).fill(0xaa);
    const region = this.context.memory.allocate(`a record of ring buffer ${this.name}`, bytes, 'read-write');
    this.#records.push({ region, state: 'reserved' });
    return region.base;
  }

  /** True when `address` was a reserved record of this ring buffer: it is gone for the program. */
  release(address: bigint, state: 'submitted' | 'discarded'): boolean {
    const record = this.#records.find((one) => one.state === 'reserved' && one.region.base === address);
    if (!record) return false;
    record.state = state;
    this.context.memory.remove(record.region);
    return true;
  }

  output(data: Uint8Array): MapResult {
    const address = this.reserve(data.length);
    if (address === 0n) return -errno.EAGAIN;
    this.context.memory.writableSlice(address, data.length).set(data);
    this.release(address, 'submitted');
    return 0;
  }

  query(what: bigint): bigint {
    if (what === query.availableData) return BigInt(this.#producer - this.#consumer);
    if (what === query.ringSize) return BigInt(this.spec.maxEntries);
    if (what === query.consumerPosition) return BigInt(this.#consumer);
    return what === query.producerPosition ? BigInt(this.#producer) : 0n;
  }

  /** What a reader would see, without reading it. */
  records(): Uint8Array[] {
    return this.#records.filter(({ state }) => state === 'submitted').map(({ region }) => region.bytes);
  }

  /** Reads all records, which frees their space. */
  take(): Uint8Array[] {
    const taken = this.records();
    this.#records = [];
    this.#consumer = this.#producer;
    return taken;
  }

  override endRun(): void {
    if (this.#records.some(({ state }) => state === 'reserved')) {
      throw new Fault(
        `a record of ring buffer ${this.name} was reserved but neither submitted nor discarded`,
      );
    }
  }
}
