/** The maps of the unwinder: tables that the runtime writes (program/unwind-table.ts), and the stacks that it found. */
import type { MapSpec } from '../../../program/program.ts';
import {
  MappingLayout,
  mappingCapacity,
  mostProcesses,
  ProcessLayout,
  rowSize,
  stackValueSize,
} from '../../../program/unwind-table.ts';

/** BPF_F_NO_PREALLOC, BPF_F_MMAPABLE (linux/bpf.h) */
const noPreallocation = 1;
const mappable = 1 << 10;
const page = 4096;
const keptStacks = 16384;

/** Memory that user space maps: one value of whole pages. */
function table(name: string, bytes: number): MapSpec {
  const valueSize = Math.max(1, Math.ceil(bytes / page)) * page;
  return { name, type: 'array', keySize: 4, valueSize, maxEntries: 1, flags: mappable };
}

export const unwindRowsSpec = (rows: number): MapSpec => table('unwind_rows', rows * rowSize);
export const unwindMappingsSpec: MapSpec = table('unwind_mappings', mappingCapacity * MappingLayout.size);
export const unwindProcessesSpec: MapSpec = {
  name: 'unwind_procs',
  type: 'hash',
  keySize: 4,
  valueSize: ProcessLayout.size,
  maxEntries: mostProcesses,
  flags: 0,
};

/** By a hash of what is in it. */
export function unwoundStacksSpec(limit: number): MapSpec {
  const valueSize = stackValueSize(limit);
  return {
    name: `dw_stacks_${limit}`,
    ...{ type: 'hash', keySize: 8, valueSize, maxEntries: keptStacks, flags: noPreallocation },
  };
}
