/** One map of a program: made, filled with its initial contents, frozen when it is a constant table. */
import { assert } from '../base/assert.ts';
import { MapFlags } from '../kernel/bpf-constants.ts';
import { type BpfMap, createMap } from '../kernel/bpf-map.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { MapSpec } from '../program/program.ts';

export function loadMap(kernel: Kernel, spec: MapSpec): BpfMap {
  const flags = spec.readOnly ? spec.flags | MapFlags.BPF_F_RDONLY_PROG : spec.flags;
  const map = createMap(kernel, { ...spec, flags });
  try {
    if (spec.initial) fill(map, spec.initial);
    if (spec.readOnly) map.freeze();
    return map;
  } catch (error) {
    map.close();
    throw error;
  }
}

/** Element i from `i * valueSize` on; in a per-CPU map every CPU starts with the same copy. */
function fill(map: BpfMap, initial: Uint8Array): void {
  const isArray = map.type === 'array' || map.type === 'percpu_array';
  assert(isArray, `map ${map.name} has initial contents, but is a ${map.type}`);
  const count = Math.ceil(initial.length / map.valueSize);
  assert(count <= map.maxEntries, `the initial contents of map ${map.name} are larger than it`);
  const key = new Uint8Array(4);
  for (let index = 0; index < count; index++) {
    const value = new Uint8Array(map.elementSize);
    const part = initial.subarray(index * map.valueSize, (index + 1) * map.valueSize);
    for (let copy = 0; copy < map.copies; copy++) value.set(part, copy * map.copyStride);
    new DataView(key.buffer).setUint32(0, index, true);
    map.update(key, value);
  }
}
