import { afterEach, describe, expect, it } from 'vitest';
import { BpfCommand, MapFlags, UpdateFlags } from './bpf-constants.ts';
import { type BpfMap, createMap } from './bpf-map.ts';
import { possibleCpuCount } from './cpu-list.ts';
import { Errno } from './errno.ts';
import { SyscallError } from './errors.ts';
import { FakeKernel } from './fake-kernel.ts';
import { openDescriptors } from './fd.ts';
import { nativeKernel } from './native.ts';

const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
const u64 = (value: bigint) => new Uint8Array(BigUint64Array.of(value).buffer);
const asU64 = (bytes: Uint8Array | undefined) => bytes && new BigUint64Array(bytes.slice().buffer);

afterEach(() => expect(openDescriptors().map((fd) => fd.what)).toEqual([]));

function hash(maxEntries = 10, type: 'hash' | 'lru_hash' | 'percpu_hash' = 'hash'): BpfMap {
  return createMap(nativeKernel(), { name: 'test', type, keySize: 4, valueSize: 8, maxEntries, flags: 0 });
}

describe('a map in the kernel', () => {
  it('stores, finds and removes', () => {
    using map = hash();
    map.update(u32(1), u64(42n));
    expect(asU64(map.lookup(u32(1)))).toEqual(BigUint64Array.of(42n));
    expect(map.lookup(u32(2))).toBeUndefined();
    expect(map.delete(u32(1))).toBe(true);
    expect(map.delete(u32(1))).toBe(false);
    expect(map.nextKey(undefined)).toBeUndefined();
  });

  it('reports a full map and an existing key by errno', () => {
    using map = hash(1);
    map.update(u32(1), u64(1n));
    expect(() => map.update(u32(2), u64(1n))).toThrow(/map "test": E2BIG/);
    expect(() => map.update(u32(1), u64(1n), UpdateFlags.BPF_NOEXIST)).toThrow(/EEXIST/);
  });

  it('refuses keys and values of a wrong size before the kernel overruns them', () => {
    using map = hash();
    expect(() => map.lookup(u64(1n))).toThrow(/a key has 4 bytes, not 8/);
    expect(() => map.update(u32(1), u32(1))).toThrow(/a value has 8 bytes, not 4/);
  });

  it.each(['hash', 'lru_hash', 'percpu_hash'] as const)('reads, takes and clears a large %s', (type) => {
    const count = 5000;
    using map = hash(type === 'lru_hash' ? 4 * count : count, type);
    const expected = new Set<number>();
    for (let i = 0; i < count; i++) {
      const value = new Uint8Array(map.elementSize);
      new DataView(value.buffer).setUint32(0, i * 3, true);
      map.update(u32(i), value);
      expected.add(i);
    }
    const { keys, values, ...read } = map.read();
    expect(read.count).toBe(count);
    const view = new DataView(values.buffer);
    new Uint32Array(keys.buffer).forEach((key, i) => {
      expected.delete(key);
      expect(view.getUint32(i * read.elementSize, true)).toBe(key * 3);
    });
    expect(expected.size).toBe(0);
    expect(map.take().count).toBe(count);
    expect(map.read().count).toBe(0);
    map.update(u32(7), new Uint8Array(map.elementSize));
    map.clear();
    expect(map.nextKey(undefined)).toBeUndefined();
  });

  it('keeps one copy a CPU, each rounded up to eight bytes', () => {
    const spec = {
      name: 'cpu',
      type: 'percpu_array',
      keySize: 4,
      valueSize: 12,
      maxEntries: 2,
      flags: 0,
    } as const;
    using map = createMap(nativeKernel(), spec);
    expect(map.elementSize).toBe(16 * possibleCpuCount());
    const value = new Uint8Array(map.elementSize).map((_, i) => (i % 16 < 12 ? i : 0));
    map.update(u32(1), value);
    expect(map.lookup(u32(1))).toEqual(value);
    expect(map.read()).toMatchObject({ count: 2 });
    expect(map.read().values.slice(map.elementSize)).toEqual(value);
    map.clear();
    expect(map.lookup(u32(1))).toEqual(new Uint8Array(map.elementSize));
  });

  it('takes no more writes once frozen', () => {
    const flags = MapFlags.BPF_F_RDONLY_PROG;
    const spec = { name: 'ro', type: 'array', keySize: 4, valueSize: 8, maxEntries: 1, flags } as const;
    using map = createMap(nativeKernel(), spec);
    map.update(u32(0), u64(5n));
    map.freeze();
    expect(() => map.update(u32(0), u64(6n))).toThrow(/EPERM/);
    expect(asU64(map.lookup(u32(0)))).toEqual(BigUint64Array.of(5n));
  });

  it.each([
    ['ringbuf', 0, 0, 4096],
    ['stack_trace', 4, 80, 8],
    ['prog_array', 4, 4, 2],
    ['perf_event_array', 4, 4, 2],
    ['lru_percpu_hash', 4, 8, 8],
  ] as const)('can be a %s', (type, keySize, valueSize, maxEntries) => {
    using map = createMap(nativeKernel(), { name: 'kind', type, keySize, valueSize, maxEntries, flags: 0 });
    expect(map.fd).toBeGreaterThan(2);
  });
});

describe('a map in a fake kernel', () => {
  const spec = { name: '@x', type: 'hash', keySize: 4, valueSize: 8, maxEntries: 3, flags: 0 } as const;

  it('says which map could not be made, and what to do', () => {
    const kernel = new FakeKernel().fail(`bpf:${BpfCommand.BPF_MAP_CREATE}`, Errno.EPERM);
    expect(() => createMap(kernel, spec)).toThrow(/hash map "@x": EPERM.*CAP_BPF/);
    expect(() => createMap(kernel, spec)).toThrow(SyscallError);
  });

  it.each([Errno.ENOTSUPP, Errno.EINVAL])('walks key by key when batches answer errno %i', (errno) => {
    const kernel = new FakeKernel().fail(`bpf:${BpfCommand.BPF_MAP_LOOKUP_BATCH}`, errno);
    const at = (attr: unknown, offset: number) => {
      const bytes = attr as Uint8Array;
      return kernel.memory(new DataView(bytes.buffer).getBigUint64(offset, true));
    };
    kernel.on(`bpf:${BpfCommand.BPF_MAP_GET_NEXT_KEY}`, ([attr]) => {
      const previous = at(attr, 8)?.[0] ?? 0;
      // After 3 the walk restarts for ever, as it does when the current key is removed.
      at(attr, 16)?.set([(previous % 3) + 1]);
      return 0;
    });
    kernel.on(`bpf:${BpfCommand.BPF_MAP_LOOKUP_ELEM}`, ([attr]) => {
      at(attr, 16)?.set([(at(attr, 8)?.[0] ?? 0) * 10]);
      return 0;
    });
    using map = createMap(kernel, spec);
    const { count, keys, values } = map.read();
    expect(count).toBe(3);
    expect([keys[0], keys[4], keys[8]]).toEqual([1, 2, 3]);
    expect([values[0], values[8], values[16]]).toEqual([10, 20, 30]);
  });

  it('asks again with more room when one bucket does not fit', () => {
    const capacities: number[] = [];
    const kernel = new FakeKernel().on(`bpf:${BpfCommand.BPF_MAP_LOOKUP_BATCH}`, ([attr]) => {
      const view = new DataView((attr as Uint8Array).buffer);
      capacities.push(view.getUint32(32, true));
      if (capacities.length === 1) return -Errno.ENOSPC;
      view.setUint32(32, 2, true);
      return -Errno.ENOENT;
    });
    using map = createMap(kernel, { ...spec, valueSize: 1 << 18, maxEntries: 100 });
    expect(map.read().count).toBe(2);
    expect(capacities).toEqual([64, 100]);
  });

  it('does not swallow an error in the middle of a walk', () => {
    const kernel = new FakeKernel().fail(`bpf:${BpfCommand.BPF_MAP_LOOKUP_BATCH}`, Errno.EFAULT);
    using map = createMap(kernel, spec);
    expect(() => map.read()).toThrow(/BPF_MAP_LOOKUP_BATCH.*EFAULT/);
  });
});
