/**
 * Scratch memory: room for values that are too big for the stack, for each CPU its own. A program runs on one CPU
 * from its start to its end. The kernel limits a CPU's copy in a per-CPU map to 32 KiB (PCPU_MIN_UNIT_SIZE,
 * linux/percpu.h); more than that is an array with an element for each CPU.
 */
import type { MapSpec } from '../../program/program.ts';
import type { ValueId } from '../ir.ts';
import { helpers } from './helper-ids.ts';
import type { Lowering } from './lowering.ts';

const copyLimit = 32_768;

export function scratchMapSpec(name: string, size: number, possibleCpus: number): MapSpec {
  const common = { name, keySize: 4, valueSize: size, flags: 0 };
  return size <= copyLimit
    ? { ...common, type: 'percpu_array', maxEntries: 1 }
    : { ...common, type: 'array', maxEntries: possibleCpus };
}

/** The address of this CPU's memory. Never 0, but the verifier cannot know. */
export function lookUpScratch(l: Lowering, map: number): ValueId {
  const key = l.b.stackAddress(l.b.stackObject(4, 4));
  const perCpu = l.program.maps[map]?.type === 'percpu_array';
  l.b.store(4, key, 0, perCpu ? 0n : l.b.call(helpers.getCpu, [], { pure: true }));
  return l.b.call(helpers.mapLookup, [l.b.map(map), key]);
}
