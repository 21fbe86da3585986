/**
 * Maps: creation and access from user space. Keys and values are plain bytes; what they mean is the runtime's
 * business. A value of a per-CPU map is the concatenation of the copies of all possible CPUs, each rounded up to
 * eight bytes (kernel/bpf/syscall.c does so since per-CPU maps exist, 4.6).
 */
import type { BpfMapType, MapSpec } from '../program/program.ts';
import { Attr } from './attr.ts';
import { BpfCommand, mapTypeNumbers, UpdateFlags } from './bpf-constants.ts';
import { possibleCpuCount } from './cpu-list.ts';
import { Errno } from './errno.ts';
import { SyscallError } from './errors.ts';
import { type Fd, type FdNumber, ownFd } from './fd.ts';
import type { Kernel } from './kernel.ts';
import { clearMap, type MapSnapshot, readMap } from './map-batch.ts';

const createRemedy: ReadonlyMap<number, string> = new Map([
  [
    Errno.EPERM,
    'Creating BPF maps needs CAP_BPF (run as root); a memory-lock limit can also cause this before Linux 5.11',
  ],
  [Errno.E2BIG, 'The map is too large for the kernel: lower max_map_keys'],
  [Errno.ENOMEM, 'The kernel has not enough memory for it: lower max_map_keys'],
  [Errno.EINVAL, 'The kernel does not know this kind of map, or refuses its sizes'],
]);

/** `max_entries` 0 in a per-CPU or ring-buffer map is refused by the kernel, not here. */
export function createMap(kernel: Kernel, spec: Omit<MapSpec, 'initial' | 'readOnly'>): BpfMap {
  const attr = new Attr(kernel, 72)
    .u32(0, mapTypeNumbers[spec.type])
    .u32(4, spec.keySize)
    .u32(8, spec.valueSize)
    .u32(12, spec.maxEntries)
    .u32(16, spec.flags)
    .name(28, spec.name);
  const result = attr.bpf(BpfCommand.BPF_MAP_CREATE);
  const what = `${spec.type} map "${spec.name}"`;
  return new BpfMap(
    kernel,
    ownFd(kernel, result, what, 'bpf(BPF_MAP_CREATE)', createRemedy.get(-result)),
    spec,
  );
}

export function isPerCpu(type: BpfMapType): boolean {
  return type === 'percpu_array' || type === 'percpu_hash' || type === 'lru_percpu_hash';
}

type Shape = Pick<MapSpec, 'name' | 'type' | 'keySize' | 'valueSize' | 'maxEntries'>;

export class BpfMap implements Disposable {
  readonly name: string;
  readonly type: BpfMapType;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Copies in a value as user space sees it: 1, or the number of possible CPUs. */
  readonly copies: number;
  /** Bytes from one CPU's copy to the next. */
  readonly copyStride: number;
  /** Bytes of a whole value as user space sees it. */
  readonly elementSize: number;
  readonly #kernel: Kernel;
  readonly #fd: Fd;
  readonly #attr: Attr;

  constructor(kernel: Kernel, fd: Fd, shape: Shape) {
    this.name = shape.name;
    this.type = shape.type;
    this.keySize = shape.keySize;
    this.valueSize = shape.valueSize;
    this.maxEntries = shape.maxEntries;
    this.copies = isPerCpu(shape.type) ? possibleCpuCount() : 1;
    this.copyStride = isPerCpu(shape.type) ? (shape.valueSize + 7) & ~7 : shape.valueSize;
    this.elementSize = this.copyStride * this.copies;
    this.#kernel = kernel;
    this.#fd = fd;
    this.#attr = new Attr(kernel, 32);
  }

  get fd(): FdNumber {
    return this.#fd.number;
  }

  /** The whole value (see `elementSize`), or undefined when the map has no such key. */
  lookup(key: Uint8Array, into: Uint8Array = new Uint8Array(this.elementSize)): Uint8Array | undefined {
    return this.#element(BpfCommand.BPF_MAP_LOOKUP_ELEM, key, into) ? into : undefined;
  }

  /** @throws SyscallError E2BIG when the map is full, EEXIST or ENOENT as `flags` demand. */
  update(key: Uint8Array, value: Uint8Array, flags: number = UpdateFlags.BPF_ANY): void {
    this.#check(key, this.keySize, 'key');
    this.#check(value, this.elementSize, 'value');
    const result = this.#call(BpfCommand.BPF_MAP_UPDATE_ELEM, key, value, flags);
    if (result < 0) this.#fail('BPF_MAP_UPDATE_ELEM', result);
  }

  /** Whether the key was there. */
  delete(key: Uint8Array): boolean {
    return this.#element(BpfCommand.BPF_MAP_DELETE_ELEM, key, undefined);
  }

  /** The key after `key`, or the first one; undefined at the end. */
  nextKey(key: Uint8Array | undefined): Uint8Array | undefined {
    const next = new Uint8Array(this.keySize);
    const result = this.#call(BpfCommand.BPF_MAP_GET_NEXT_KEY, key, next, 0);
    if (result === -Errno.ENOENT) return undefined;
    if (result < 0) this.#fail('BPF_MAP_GET_NEXT_KEY', result);
    return next;
  }

  /** All elements. Those that are added or removed meanwhile may or may not be among them. */
  read(): MapSnapshot {
    return readMap(this.#kernel, this, false);
  }

  /** All elements, removed as they are read: nothing counted in between is lost. Hash maps only. */
  take(): MapSnapshot {
    return readMap(this.#kernel, this, true);
  }

  /** Removes all elements of a hash map, or zeroes those of an array. */
  clear(): void {
    clearMap(this.#kernel, this);
  }

  /** No more writes from user space; with BPF_F_RDONLY_PROG the verifier then treats values as constants. */
  freeze(): void {
    const result = new Attr(this.#kernel, 4).u32(0, this.fd).bpf(BpfCommand.BPF_MAP_FREEZE);
    if (result < 0) this.#fail('BPF_MAP_FREEZE', result);
  }

  close(): void {
    this.#fd.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #element(command: number, key: Uint8Array, value: Uint8Array | undefined): boolean {
    this.#check(key, this.keySize, 'key');
    if (value) this.#check(value, this.elementSize, 'value buffer');
    const result = this.#call(command, key, value, 0);
    if (result === -Errno.ENOENT) return false;
    if (result < 0) this.#fail(value ? 'BPF_MAP_LOOKUP_ELEM' : 'BPF_MAP_DELETE_ELEM', result);
    return true;
  }

  #call(command: number, key: Uint8Array | undefined, value: Uint8Array | undefined, flags: number): number {
    const keyAddress = key && key.length > 0 ? this.#kernel.addressOf(key) : 0n;
    const valueAddress = value ? this.#kernel.addressOf(value) : 0n;
    this.#attr.u32(0, this.fd).u64(8, keyAddress).u64(16, valueAddress).u64(24, BigInt(flags));
    return this.#attr.bpf(command);
  }

  #check(bytes: Uint8Array, size: number, what: string): void {
    if (bytes.length !== size) {
      throw new RangeError(`map "${this.name}": a ${what} has ${size} bytes, not ${bytes.length}`);
    }
  }

  #fail(command: string, result: number): never {
    throw new SyscallError(`bpf(${command}) for map "${this.name}"`, -result);
  }
}
