/**
 * Which kernel map a map of the script becomes.
 * - scalar plain value: an array of one element, addressed directly; u64 "has a value", then the value;
 * - scalar aggregate: a per-CPU array of one element, whose look-up the kernel inlines;
 * - keyed plain value: a hash; keyed aggregate: a per-CPU hash, each CPU with its own copy.
 */
import { must } from '../../base/assert.ts';
import { sizeOf } from '../../program/layout.ts';
import type { BpfMapType, MapSpec, UserMap } from '../../program/program.ts';
import type { Target } from '../../program/target.ts';
import type { Config } from '../2-expand/config.ts';
import type { StackMapRequest } from '../3-check/checker.ts';
import { isAggregate } from '../3-check/type-rules.ts';
import type { MapSymbol } from '../3-check/typed.ts';
import { unwoundStacksSpec } from './unwind/maps.ts';

/** BPF_F_NO_PREALLOC (linux/bpf.h) */
const noPreallocation = 1;
/** Above this many bytes a hash allocates its elements as they come instead of all at once. */
const preallocationLimit = 4 << 20;

const presenceSize = 8;

export function storageOf(
  symbol: MapSymbol,
  config: Config,
  target: Target,
): { spec: MapSpec; userMap: Omit<UserMap, 'map'> } {
  const value = must(symbol.value, `type of ${symbol.name}`);
  const name = mapName(symbol.name);
  const perCpu = isAggregate(value);
  const common = { name: symbol.name, key: symbol.key, value, perCpu, scalar: symbol.scalar === true };
  if (symbol.scalar === true) {
    const presence = perCpu ? {} : { presenceOffset: 0 };
    const valueOffset = perCpu ? 0 : presenceSize;
    const valueSize = align8(valueOffset + sizeOf(value));
    return {
      spec: { name, type: perCpu ? 'percpu_array' : 'array', keySize: 4, valueSize, maxEntries: 1, flags: 0 },
      userMap: { ...common, ...presence, valueOffset },
    };
  }
  const keySize = sizeOf(must(symbol.key, `key type of ${symbol.name}`));
  const valueSize = align8(sizeOf(value));
  const maxEntries = symbol.declaration?.maxEntries ?? config.max_map_keys;
  const total = (keySize + valueSize * (perCpu ? target.possibleCpus : 1)) * maxEntries;
  const lru = symbol.declaration?.type.includes('lru') ?? false;
  return {
    spec: {
      name,
      type: hashType(perCpu, lru),
      keySize,
      valueSize,
      maxEntries,
      flags: total > preallocationLimit && !lru ? noPreallocation : 0,
    },
    userMap: { ...common, valueOffset: 0 },
  };
}

function hashType(perCpu: boolean, lru: boolean): BpfMapType {
  if (lru) return perCpu ? 'lru_percpu_hash' : 'lru_hash';
  return perCpu ? 'percpu_hash' : 'hash';
}

/** What bpftool shows: word characters and dots, at most 15. */
function mapName(name: string): string {
  return `AT_${name.slice(1)}`.slice(0, 15);
}

function align8(size: number): number {
  return (size + 7) & ~7;
}

/**
 * A power of two of pages. `perf_rb_pages` counts 4 KiB pages, 0 lets us choose. Allocating the pages is a good
 * part of what starting costs, so programs whose probes fire at a bounded rate get a small buffer.
 */
export function ringBufferSize(config: Config, rate: 'bounded' | 'unbounded'): number {
  const automaticPages = rate === 'bounded' ? 512 : 4096;
  const pages = config.perf_rb_pages === 0 ? automaticPages : config.perf_rb_pages;
  return 2 ** Math.ceil(Math.log2(Math.max(1, pages))) * 4096;
}

const stackEntries = 8192;
/** As many as collide among some ten thousand stacks. */
const overflowEntries = 4096;

/** A program that wants room for many keys gets room for as many stacks. */
export function stackMapSpec({ limit, unwinder }: StackMapRequest, config: Config): MapSpec {
  if (unwinder === 'dwarf') return unwoundStacksSpec(limit);
  return {
    name: `stacks_${limit}`,
    type: 'stack_trace',
    keySize: 4,
    valueSize: limit * 8,
    maxEntries: Math.max(stackEntries, config.max_map_keys),
    flags: 0,
  };
}

/** Stacks that collide in the stack map `of`; the whole stack is the key. */
export function stackOverflowSpec(of: number, { name, valueSize }: MapSpec): MapSpec {
  return {
    name: `more_${name}`,
    type: 'hash',
    keySize: valueSize,
    valueSize: 8,
    maxEntries: overflowEntries,
    flags: 0,
    overflowOf: of,
  };
}
