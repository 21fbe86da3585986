/**
 * The memory that a simulated program can reach: regions of bytes at 64-bit addresses. Everything lies apart from
 * everything else with a gap between, so that an access one byte too far is found instead of hitting a neighbour.
 */
import { assert } from '../../base/assert.ts';
import type { MemorySize } from '../opcode.ts';
import { Fault } from './errors.ts';

/**
 * `kernel` and `user` are memory of the traced system: the first can be loaded from directly (BTF pointers), both
 * are read through bpf_probe_read_*. The program itself only ever stores to `read-write`.
 */
export type Access = 'read-write' | 'read-only' | 'kernel' | 'user';

export interface Region {
  readonly name: string;
  readonly base: bigint;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly access: Access;
}

/** The kernel's vmalloc area on x86-64, where BPF maps lie; 32 TiB, so that addresses are never used again. */
const firstAddress = 0xffff_c900_0000_0000n;
const gapSize = 4096n;

export class AddressSpace {
  /** Ascending, without overlap. */
  readonly #regions: Region[] = [];
  #next = firstAddress;
  #last: Region | undefined;

  /** Places `bytes` (not copied) at an address of the interpreter's choice. */
  allocate(name: string, bytes: Uint8Array, access: Access): Region {
    const region = this.place(name, this.#next, bytes, access);
    this.#next += ((BigInt(bytes.length) + 63n) & ~63n) + gapSize;
    return region;
  }

  /** An address that no region has: a handle that cannot be dereferenced. */
  reserve(): bigint {
    const address = this.#next;
    this.#next += gapSize;
    return address;
  }

  place(name: string, base: bigint, bytes: Uint8Array, access: Access): Region {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const region = { name, base, bytes, view, access };
    const index = this.#indexAfter(base);
    for (const other of [this.#regions[index - 1], this.#regions[index]]) {
      const apart = !other || end(other) <= base || end(region) <= other.base;
      assert(apart, `memory regions ${name} and ${other?.name} overlap at 0x${base.toString(16)}`);
    }
    this.#regions.splice(index, 0, region);
    return region;
  }

  remove(region: Region): void {
    const index = this.#regions.indexOf(region);
    if (index >= 0) this.#regions.splice(index, 1);
    this.#last = undefined;
  }

  /** The region that holds the whole range. */
  find(address: bigint, size: number): Region | undefined {
    const last = this.#last;
    if (last && contains(last, address, size)) return last;
    const region = this.#regions[this.#indexAfter(address) - 1];
    if (!region || !contains(region, address, size)) return undefined;
    this.#last = region;
    return region;
  }

  /** Index of the first region that begins behind `address`. */
  #indexAfter(address: bigint): number {
    let low = 0;
    let high = this.#regions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const region = this.#regions[middle];
      if (region && region.base <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Zero-extended load by the program itself. @throws {Fault} */
  load(address: bigint, size: MemorySize): bigint {
    const region = this.find(address, size);
    if (!region || region.access === 'user') throw this.#fault('load', address, size);
    return readNumber(region.view, Number(address - region.base), size);
  }

  /** @throws {Fault} */
  store(address: bigint, size: MemorySize, value: bigint): void {
    const region = this.writable(address, size);
    writeNumber(region.view, Number(address - region.base), size, value);
  }

  /** The region, if the program may write the whole range. @throws {Fault} */
  writable(address: bigint, size: number): Region {
    const region = this.find(address, size);
    if (!region) throw this.#fault('store', address, size);
    if (region.access !== 'read-write')
      throw new Fault(`store to ${region.name}, which the program may not write`);
    return region;
  }

  /** Bytes (a view) that the program hands to a helper to read. @throws {Fault} */
  slice(address: bigint, size: number): Uint8Array {
    if (size === 0) return new Uint8Array(0);
    const region = this.find(address, size);
    if (!region || region.access === 'user') throw this.#fault('read', address, size);
    return sliceOf(region, address, size);
  }

  /** Bytes (a view) that a helper fills for the program. @throws {Fault} */
  writableSlice(address: bigint, size: number): Uint8Array {
    return size === 0 ? new Uint8Array(0) : sliceOf(this.writable(address, size), address, size);
  }

  #fault(what: string, address: bigint, size: number): Fault {
    const before = this.#regions[this.#indexAfter(address) - 1];
    const place =
      before && address < end(before) + gapSize
        ? `, ${address - before.base} bytes into the ${before.bytes.length} bytes of ${before.name}`
        : ', where nothing is';
    const access =
      before?.access === 'user' && address < end(before) ? ' (user memory needs bpf_probe_read_user)' : '';
    return new Fault(`${what} of ${size} bytes at 0x${address.toString(16)}${place}${access}`);
  }
}

const end = (region: Region): bigint => region.base + BigInt(region.bytes.length);

const contains = (region: Region, address: bigint, size: number): boolean =>
  address >= region.base && address + BigInt(size) <= end(region);

const sliceOf = (region: Region, address: bigint, size: number): Uint8Array => {
  const at = Number(address - region.base);
  return region.bytes.subarray(at, at + size);
};

function readNumber(view: DataView, at: number, size: MemorySize): bigint {
  if (size === 8) return view.getBigUint64(at, true);
  if (size === 4) return BigInt(view.getUint32(at, true));
  return BigInt(size === 2 ? view.getUint16(at, true) : view.getUint8(at));
}

function writeNumber(view: DataView, at: number, size: MemorySize, value: bigint): void {
  if (size === 8) view.setBigUint64(at, BigInt.asUintN(64, value), true);
  else if (size === 4) view.setUint32(at, Number(BigInt.asUintN(32, value)), true);
  else if (size === 2) view.setUint16(at, Number(BigInt.asUintN(16, value)), true);
  else view.setUint8(at, Number(BigInt.asUintN(8, value)));
}
