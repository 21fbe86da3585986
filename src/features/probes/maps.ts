/** Kinds of maps and what can be done with them. */
import { Attr } from '../../kernel/attr.ts';
import { BpfCommand, MapFlags } from '../../kernel/bpf-constants.ts';
import { type BpfMap, createMap } from '../../kernel/bpf-map.ts';
import { Errno } from '../../kernel/errno.ts';
import { SyscallError } from '../../kernel/errors.ts';
import {
  addImmediate,
  call,
  code,
  exit,
  insn,
  load64,
  load64Immediate,
  movRegister,
} from '../../kernel/mini-code.ts';
import { pageSize } from '../../kernel/procfs.ts';
import type { MapSpec } from '../../program/program.ts';
import type { Answer, FeatureProbe, Trial } from '../feature.ts';

const pseudoMapFd = 1;
const pseudoMapValue = 2;
const helperLookup = 1;
const storeImmediate32 = 0x62;

const array: MapSpec = {
  name: 'kscope_trial',
  type: 'array',
  keySize: 4,
  valueSize: 8,
  maxEntries: 1,
  flags: 0,
};
const hash: MapSpec = { ...array, type: 'hash' };

/** What `use` finds out with a map; what the kernel says to making it, when it refuses. */
function withMap(trial: Trial, spec: MapSpec, use: (map: BpfMap) => Answer): Answer {
  try {
    using map = createMap(trial.kernel, spec);
    return use(map);
  } catch (error) {
    if (error instanceof SyscallError) return trial.judge(-error.errno);
    throw error;
  }
}

/** A batch look-up from the start: ENOENT says that the end was reached. */
function tryBatch(trial: Trial, map: BpfMap): Answer {
  const attr = new Attr(trial.kernel, 56)
    .pointer(8, new Uint8Array(8))
    .pointer(16, new Uint8Array(map.keySize))
    .pointer(24, new Uint8Array(map.elementSize))
    .u32(32, 1)
    .u32(36, map.fd);
  const result = attr.bpf(BpfCommand.BPF_MAP_LOOKUP_BATCH);
  return result === -Errno.ENOENT ? 'yes' : trial.judge(result);
}

/**
 * Dereferences what a look-up with a constant key returns, without comparing it with null. The verifier only sees a
 * constant where the stack slot was stored with exactly the size of the key.
 */
function tryUncheckedLookup(trial: Trial, map: BpfMap): Answer {
  const key = [insn(storeImmediate32, 10, 0, -4, 0), movRegister(2, 10), addImmediate(2, -4)];
  const body = code(
    ...key,
    load64Immediate(1, pseudoMapFd, map.fd),
    call(helperLookup),
    load64(0, 0, 0),
    exit(),
  );
  return trial.loads({ type: 'kprobe', code: body });
}

function tryValueAddress(trial: Trial, map: BpfMap): Answer {
  return trial.loads({
    type: 'kprobe',
    code: code(load64Immediate(1, pseudoMapValue, map.fd), load64(0, 1, 0), exit()),
  });
}

function feature(
  name: string,
  since: string,
  description: string,
  spec: MapSpec,
  use: (trial: Trial, map: BpfMap) => Answer,
): FeatureProbe {
  return { name, since, description, probe: (trial) => withMap(trial, spec, (map) => use(trial, map)) };
}

export const mapProbes: readonly FeatureProbe[] = [
  {
    name: 'ringbuf',
    since: '5.8',
    description: 'ring buffers shared by all CPUs',
    probe: (trial) => {
      const sizes = { keySize: 0, valueSize: 0, maxEntries: pageSize() };
      return withMap(trial, { ...array, ...sizes, type: 'ringbuf' }, () => 'yes');
    },
  },
  feature(
    'map_value',
    '5.2',
    'addresses of array elements in instructions (global data)',
    array,
    tryValueAddress,
  ),
  feature(
    'map_freeze',
    '5.2',
    'maps that user space can no longer write',
    { ...array, flags: MapFlags.BPF_F_RDONLY_PROG },
    (trial, map) => trial.judge(new Attr(trial.kernel, 4).u32(0, map.fd).bpf(BpfCommand.BPF_MAP_FREEZE)),
  ),
  feature(
    'map_mmap',
    '5.5',
    'array maps that can be mapped into memory',
    { ...array, flags: MapFlags.BPF_F_MMAPABLE },
    () => 'yes',
  ),
  feature('map_batch', '5.6', 'reading and clearing hash maps by batches', hash, tryBatch),
  feature(
    'percpu_hash_batch',
    '5.6',
    'reading per-CPU hash maps by batches',
    { ...hash, type: 'percpu_hash' },
    tryBatch,
  ),
  feature(
    'percpu_array_batch',
    '5.13',
    'reading per-CPU arrays by batches',
    { ...array, type: 'percpu_array' },
    tryBatch,
  ),
  feature(
    'array_lookup_not_null',
    '6.15',
    'constant look-ups in arrays need no null check',
    array,
    tryUncheckedLookup,
  ),
  feature(
    'percpu_array_lookup_not_null',
    '6.15',
    'constant look-ups in per-CPU arrays need no null check',
    { ...array, type: 'percpu_array' },
    tryUncheckedLookup,
  ),
];
