/**
 * The arguments of event records: fixed ones in their type's layout, strings of open length ("tails") behind
 * the fixed part one after the other. Each argument becomes a reader that needs only the record's place.
 */
import type { RecordField } from '../../program/program.ts';
import type { StringType, Type } from '../../program/types.ts';
import type { Memory, Reader } from './memory.ts';
import { readString } from './string.ts';

/** `base` is where the record begins in memory, `length` its length in bytes. */
export type RecordReader<T> = (memory: Memory, base: number, length: number) => T;

export interface RecordLayout {
  readonly fixedSize: number;
  readonly fields: readonly RecordField[];
}

/** The text of argument `index`, and what an argument of fixed layout is read by. */
export function argumentReader<T>(
  layout: RecordLayout,
  index: number,
  fixed: (type: Type) => Reader<T>,
  fromText: (text: string) => T,
  trailer: string,
): RecordReader<T> | undefined {
  const field = layout.fields[index];
  if (field === undefined) return undefined;
  const { offset, type } = field;
  if (!field.tail || type.kind !== 'string') {
    const read = fixed(type);
    return (memory, base) => read(memory, base + offset);
  }
  const tail = tailReader(layout, index, type, trailer);
  return (memory, base, length) => fromText(tail(memory, base, length));
}

/** Lengths that do not fit in the record are cut down to it. */
function tailReader(
  layout: RecordLayout,
  index: number,
  type: StringType,
  trailer: string,
): RecordReader<string> {
  const { fixedSize } = layout;
  const before = layout.fields.slice(0, index).flatMap((field) => (field.tail ? [field.offset] : []));
  const own = layout.fields[index]?.offset ?? 0;
  return (memory, base, recordLength) => {
    let start = base + fixedSize;
    for (const offset of before) start += memory.view.getUint32(base + offset, true);
    const length = memory.view.getUint32(base + own, true);
    const text = readString(memory.bytes, start, Math.min(start + length, base + recordLength));
    return length === type.size ? text + trailer : text;
  };
}
