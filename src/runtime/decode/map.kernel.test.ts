import { expect, it } from 'vitest';
import { createMap } from '../../kernel/bpf-map.ts';
import { possibleCpuCount } from '../../kernel/cpu-list.ts';
import { nativeKernel } from '../../kernel/native.ts';
import { renderMap } from '../../output/map/map-text.ts';
import { roundUp, sizeOf } from '../../program/layout.ts';
import type { Type } from '../../program/types.ts';
import { allElements, readMapContents } from './map.ts';
import { Memory } from './memory.ts';
import { plainResolvers } from './resolvers.ts';
import { encode, string, tuple, uint32 } from './testing/encode.ts';
import { userMap } from './testing/snapshot.ts';

/** A map of the kernel itself, read back: the strides of per-CPU copies are the kernel's, not ours. */
function throughKernel(
  type: 'hash' | 'percpu_hash',
  value: Type,
  elements: readonly (readonly [string, number, ...bigint[]])[],
): string {
  const key = tuple(string(3), uint32);
  const map = userMap('@k', value, key);
  using bpfMap = createMap(nativeKernel(), {
    name: 'render',
    type,
    keySize: sizeOf(key),
    valueSize: sizeOf(value),
    maxEntries: 10,
    flags: 0,
  });
  for (const [name, number, ...words] of elements) {
    const memory = new Memory(new Uint8Array(bpfMap.elementSize));
    const perCopy = roundUp(sizeOf(value), 8) / 8;
    for (const [index, word] of words.entries()) {
      const copy = Math.floor(index / perCopy);
      memory.view.setBigUint64(
        copy * bpfMap.copyStride + (index % perCopy) * 8,
        BigInt.asUintN(64, word),
        true,
      );
    }
    bpfMap.update(encode(key, [name, number]).bytes, memory.bytes);
  }
  const snapshot = { ...bpfMap.read(), copies: bpfMap.copies, copyStride: bpfMap.copyStride };
  return renderMap(readMapContents(map, snapshot, allElements, plainResolvers));
}

it('reads a hash from the kernel', () => {
  const int64: Type = { kind: 'int', size: 8, signed: true };
  expect(
    throughKernel('hash', int64, [
      ['ab', 1, 5n],
      ['c', 2, -9n],
    ]),
  ).toBe('@k[c, 2]: -9\n@k[ab, 1]: 5\n');
});

it('merges the copies of all CPUs from the kernel', () => {
  const cpus = possibleCpuCount();
  const everyCpu = (...words: bigint[]) => Array.from({ length: cpus }, () => words).flat();
  expect(
    throughKernel('percpu_hash', { kind: 'stats', signed: true }, [['a', 1, ...everyCpu(2n, -7n)]]),
  ).toBe(`@k[a, 1]: { .count = ${2 * cpus}, .average = -3, .total = ${-7 * cpus} }\n`);
  expect(
    throughKernel('percpu_hash', { kind: 'count' }, [
      ['a', 1, ...everyCpu(3n)],
      ['b', 1, 2n],
    ]),
  ).toBe(`@k[b, 1]: 2\n@k[a, 1]: ${3 * cpus}\n`);
});
