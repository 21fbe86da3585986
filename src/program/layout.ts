/**
 * Where values lie in memory: sizes, alignments and offsets by the rules of C on a 64-bit machine, and the
 * memory of aggregate functions in one CPU's copy of a map value. The compiler writes with it and the runtime
 * reads with it, so both import this file and neither computes an offset of its own.
 */
import { assertNever } from '../base/assert.ts';
import { histBucketCount, lhistBucketCount } from './histogram.ts';
import type { AggregateType, RecordType, TupleType, Type } from './types.ts';

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

/** Kinds whose memory does not depend on anything else in the type. */
const fixedExtents = {
  bool: { size: 1, align: 1 },
  pointer: word,
  inet: { size: 24, align: 8 },
  mac: word,
  kstack: word,
  ustack: { size: 16, align: 8 },
  ksym: word,
  usym: { size: 16, align: 8 },
  timestamp: word,
  'cgroup-path': word,
  username: word,
  context: word,
  void: nothing,
  none: nothing,
} as const satisfies Partial<Record<Type['kind'], Extent>>;

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

function extentOf(type: Type): Extent {
  switch (type.kind) {
    case 'int':
    case 'enum':
      return { size: type.size, align: type.size };
    case 'string':
      return { size: type.size, align: 1 };
    case 'buffer':
      return { size: 4 + type.size, align: 4 };
    case 'array':
      return { size: sizeOf(type.element) * type.length, align: alignOf(type.element) };
    case 'tuple':
    case 'record':
      return layoutOf(type);
    case 'struct':
      return { size: type.size, align: type.align };
    case 'count':
      return { size: CountLayout.size, align: 8 };
    case 'sum':
    case 'min':
    case 'max':
      return { size: ExtremeLayout.size, align: 8 };
    case 'avg':
    case 'stats':
      return { size: AverageLayout.size, align: 8 };
    case 'hist':
      return { size: bucketSize * histBucketCount(type.bits), align: 8 };
    case 'lhist':
      return { size: bucketSize * lhistBucketCount(type), align: 8 };
    case 'tseries':
      return { size: SeriesLayout.size * type.intervals, align: 8 };
    case 'bool':
    case 'pointer':
    case 'inet':
    case 'mac':
    case 'kstack':
    case 'ustack':
    case 'ksym':
    case 'usym':
    case 'timestamp':
    case 'cgroup-path':
    case 'username':
    case 'context':
    case 'void':
    case 'none':
      return fixedExtents[type.kind];
    default:
      return assertNever(type, 'type');
  }
}

/** Bytes that a value takes, as `sizeof` gives them. */
export function sizeOf(type: Type): number {
  return extentOf(type).size;
}

/** Alignment in bytes: 1, 2, 4 or 8 (more for some structs). */
export function alignOf(type: Type): number {
  return extentOf(type).align;
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
    const extent = extentOf(type);
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
