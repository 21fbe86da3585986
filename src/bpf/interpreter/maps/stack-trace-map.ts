/** `stack_trace`: bpf_get_stackid puts stacks into as many buckets as the map has entries, one stack a bucket. */
import { errno } from '../errors.ts';
import { type MapResult, SimulatedMap } from './simulated-map.ts';

/** BPF_F_REUSE_STACKID: a different stack in the bucket is replaced instead of refused. */
const reuseStackId = 1n << 10n;

export class StackTraceMap extends SimulatedMap {
  readonly #buckets = new Map<number, readonly bigint[]>();

  /** The id of the stack; -EEXIST when its bucket holds another one. `addresses` is innermost first. */
  idOf(addresses: readonly bigint[], flags: bigint): MapResult {
    const stack = addresses.slice(0, this.spec.valueSize / 8);
    if (stack.length === 0) return -errno.EFAULT;
    const bucket = hash(stack) & (bucketCount(this.spec.maxEntries) - 1);
    const there = this.#buckets.get(bucket);
    if (there && !sameStack(there, stack) && (flags & reuseStackId) === 0n) return -errno.EEXIST;
    this.#buckets.set(bucket, stack);
    return bucket;
  }

  /** Addresses of the stack with this id, innermost first. */
  stack(id: number): readonly bigint[] | undefined {
    return this.#buckets.get(id);
  }

  override remove(key: Uint8Array): MapResult {
    return this.#buckets.delete(idFrom(key)) ? 0 : -errno.ENOENT;
  }

  override keys(): Uint8Array[] {
    return [...this.#buckets.keys()].map((id) => new Uint8Array(Uint32Array.of(id).buffer));
  }

  /** As bpf(2) gives it: addresses, then zeros. */
  override values(key: Uint8Array): Uint8Array[] | undefined {
    const stack = this.#buckets.get(idFrom(key));
    if (!stack) return undefined;
    const words = new BigUint64Array(this.spec.valueSize / 8);
    words.set(stack);
    return [new Uint8Array(words.buffer)];
  }
}

const idFrom = (key: Uint8Array): number =>
  new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(0, true);

/** The kernel rounds up to a power of two. */
const bucketCount = (maxEntries: number): number => 2 ** Math.ceil(Math.log2(Math.max(maxEntries, 1)));

const sameStack = (a: readonly bigint[], b: readonly bigint[]): boolean =>
  a.length === b.length && a.every((address, i) => address === b[i]);

/** FNV-1a over the addresses; the kernel's jhash2 would give other ids, as unpredictable. */
function hash(addresses: readonly bigint[]): number {
  let state = 0x811c9dc5;
  for (const address of addresses) {
    for (let shift = 0n; shift < 64n; shift += 8n) {
      state = Math.imul(state ^ Number((address >> shift) & 0xffn), 0x01000193);
    }
  }
  return (state ^ (state >>> 15)) >>> 0;
}
