/**
 * Where values lie in memory: sizes, alignments and offsets by the rules of C on a 64-bit machine, and the
 * memory of aggregate functions in one CPU's copy of a map value. The compiler writes with it and the runtime
 * reads with it, so both import this file and neither computes an offset of its own.
 */
import { byKind, type KindTable } from './by-kind.ts';
import { histBucketCount, lhistBucketCount } from './histogram.ts';
import type { AggregateType, EnumType, IntType, RecordType, TupleType, Type } from './types.ts';

export {
  histBucketCount,
  histBucketIndex,
  histBucketRange,
  lhistBucketCount,
  lhistBucketIndex,
  lhistBucketRange,
} from './histogram.ts';
export { typeName } from './type-name.ts';

interface Extent {
  readonly size: number;
  readonly align: number;
}

const word: Extent = { size: 8, align: 8 };
const nothing: Extent = { size: 0, align: 1 };

/** Offsets in the u64 count of `count()`. */
export const CountLayout = { value: 0, size: 8 } as const;
/** `sum`, `min`, `max`: the value, and a u64 that is 1 once there was a value (so that 0 can be one). */
export const ExtremeLayout = { value: 0, present: 8, size: 16 } as const;
/** `avg`, `stats`: the number of values (u64) and their total (s64 or u64). */
export const AverageLayout = { count: 0, total: 8, size: 16 } as const;
/**
 * `tseries`: a ring of `intervals` entries; interval number n (boot clock ns / intervalNs) lies in entry
 * n % intervals. `number` is n + 1, so that fresh memory (0) belongs to no interval: whoever finds another
 * number than its own resets the entry. `value` is the last value, the sum, or the extreme (s64 or u64), the
 * total for `avg`. `extra` is the boot time in ns of the value for `last` (the latest CPU wins), otherwise the
 * number of values.
 */
export const SeriesLayout = { number: 0, value: 8, extra: 16, size: 24 } as const;

/** `hist` and `lhist` are arrays of u64 buckets; see histogram.ts for their order. */
export const bucketSize = 8;

const extents: KindTable<Extent> = {
  int: scalar,
  enum: scalar,
  bool: () => ({ size: 1, align: 1 }),
  pointer: () => word,
  string: ({ size }) => ({ size, align: 1 }),
  array: ({ element, length }) => ({ size: sizeOf(element) * length, align: alignOf(element) }),
  tuple: layoutOf,
  record: layoutOf,
  struct: (type) => type,
  buffer: ({ size }) => ({ size: 4 + size, align: 4 }),
  inet: () => words(3),
  mac: () => word,
  kstack: () => word,
  ustack: () => words(2),
  ksym: () => word,
  usym: () => words(2),
  timestamp: () => word,
  'cgroup-path': () => word,
  username: () => word,
  ratio: () => words(2),
  count: () => words(CountLayout.size / 8),
  sum: () => words(ExtremeLayout.size / 8),
  min: () => words(ExtremeLayout.size / 8),
  max: () => words(ExtremeLayout.size / 8),
  avg: () => words(AverageLayout.size / 8),
  stats: () => words(AverageLayout.size / 8),
  hist: ({ bits }) => words(histBucketCount(bits)),
  lhist: (type) => words(lhistBucketCount(type)),
  tseries: ({ intervals }) => words((intervals * SeriesLayout.size) / 8),
  context: () => word,
  void: () => nothing,
  none: () => nothing,
};

function scalar({ size }: IntType | EnumType): Extent {
  return { size, align: size };
}

function words(count: number): Extent {
  return { size: 8 * count, align: 8 };
}

/** Bytes that a value takes, as `sizeof` gives them. */
export function sizeOf(type: Type): number {
  return byKind(extents, type).size;
}

/** Alignment in bytes: 1, 2, 4 or 8 (more for some structs). */
export function alignOf(type: Type): number {
  return byKind(extents, type).align;
}

export interface Layout extends Extent {
  /** Byte offset of each element or field, in order. */
  readonly offsets: readonly number[];
}

const layouts = new WeakMap<TupleType | RecordType, Layout>();

/** Offsets of the elements of a tuple or the fields of a record, in order of declaration. */
export function layoutOf(type: TupleType | RecordType): Layout {
  const known = layouts.get(type);
  if (known !== undefined) return known;
  const made = placeInOrder(memberTypes(type));
  layouts.set(type, made);
  return made;
}

export function memberTypes(type: TupleType | RecordType): readonly Type[] {
  return type.kind === 'tuple' ? type.elements : type.fields.map((field) => field.type);
}

function placeInOrder(types: readonly Type[]): Layout {
  const offsets: number[] = [];
  let end = 0;
  let align = 1;
  for (const type of types) {
    const extent = byKind(extents, type);
    const offset = roundUp(end, extent.align);
    offsets.push(offset);
    end = offset + extent.size;
    align = Math.max(align, extent.align);
  }
  return { offsets, size: roundUp(end, align), align };
}

/** The least multiple of `align` that is not below `size`. */
export function roundUp(size: number, align: number): number {
  return Math.ceil(size / align) * align;
}

const aggregateKinds: ReadonlySet<string> = new Set<AggregateType['kind']>([
  'count',
  'sum',
  'min',
  'max',
  'avg',
  'stats',
  'hist',
  'lhist',
  'tseries',
]);

export function isAggregate(type: Type): type is AggregateType {
  return aggregateKinds.has(type.kind);
}
