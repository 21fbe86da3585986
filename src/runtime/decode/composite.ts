/**
 * Arrays, tuples, records and structs read member by member, whatever the members are turned into: text, JSON
 * and JavaScript values differ only in how they put the parts together.
 */
import { layoutOf, sizeOf } from '../../program/layout.ts';
import type { ArrayType, RecordType, StructField, StructType, TupleType, Type } from '../../program/types.ts';
import { bitFieldReader } from './bit-field.ts';
import type { Reader } from './memory.ts';

export interface Parts<T> {
  /** Reader of a member. */
  compile(type: Type): Reader<T>;
  bitField(value: bigint): T;
  /** A member without bytes of its own: the flexible array at the end of a struct. */
  readonly nothing: T;
  array(elements: readonly T[]): T;
  tuple(elements: readonly T[]): T;
  /** `names` and `values` in order of declaration. */
  fields(names: readonly string[], values: readonly T[]): T;
}

/** The table entries for the kinds that have members. */
export interface CompositeEntries<T> {
  readonly array: (type: ArrayType) => Reader<T>;
  readonly tuple: (type: TupleType) => Reader<T>;
  readonly record: (type: RecordType) => Reader<T>;
  readonly struct: (type: StructType) => Reader<T>;
}

export function compositeEntries<T>(parts: Parts<T>): CompositeEntries<T> {
  return {
    array: ({ element, length }) => {
      const stride = sizeOf(element);
      const members = Array.from({ length }, (_, index) => index * stride);
      return joined(members, Array<Reader<T>>(length).fill(parts.compile(element)), parts.array);
    },
    tuple: (type) => joined(layoutOf(type).offsets, type.elements.map(parts.compile), parts.tuple),
    record: (type) => {
      const names = type.fields.map((field) => field.name);
      const readers = type.fields.map((field) => parts.compile(field.type));
      return joined(layoutOf(type).offsets, readers, (values) => parts.fields(names, values));
    },
    struct: (type) => {
      const fields = namedFields(type);
      const names = fields.map((field) => field.name);
      const offsets = fields.map((field) => field.offset);
      return joined(
        offsets,
        fields.map((field) => fieldReader(field, parts)),
        (values) => parts.fields(names, values),
      );
    },
  };
}

function joined<T>(
  offsets: readonly number[],
  readers: readonly Reader<T>[],
  join: (values: readonly T[]) => T,
): Reader<T> {
  return (memory, offset) => join(readers.map((read, index) => read(memory, offset + (offsets[index] ?? 0))));
}

function fieldReader<T>(field: StructField, parts: Parts<T>): Reader<T> {
  if (isFlexibleArray(field.type)) return () => parts.nothing;
  const read = bitFieldReader(field);
  return read === undefined
    ? parts.compile(field.type)
    : (memory, offset) => parts.bitField(read(memory, offset));
}

function isFlexibleArray(type: Type): boolean {
  return (type.kind === 'array' || type.kind === 'string') && sizeOf(type) === 0;
}

/** Members of anonymous structs and unions count as members of the outer one, as in C. */
function namedFields(type: StructType): readonly StructField[] {
  return type.fields.flatMap((field) => {
    if (field.name !== '' || field.type.kind !== 'struct') return [field];
    return namedFields(field.type).map((inner) => ({ ...inner, offset: inner.offset + field.offset }));
  });
}
