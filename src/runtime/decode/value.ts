/**
 * Values as JavaScript values, for programs that embed kscope and for the web; see output/value.ts for what
 * becomes of each type. Compiled once for each type.
 */
import { fromByteString } from '../../output/byte-string.ts';
import { narrow, type Value } from '../../output/value.ts';
import { byKind, type KindTable } from '../../program/by-kind.ts';
import type { EnumType, StackType, Type } from '../../program/types.ts';
import { type IntegerAggregate, mergeInteger, mergeStatistics, singleCopy } from './aggregate.ts';
import { readBytes } from './buffer.ts';
import { compositeEntries } from './composite.ts';
import { compileFormatter } from './format.ts';
import { integerReader, readUnsigned64 } from './integer.ts';
import type { Reader } from './memory.ts';
import { compileRatio } from './ratio.ts';
import type { Resolvers } from './resolvers.ts';

type Decoder = Reader<Value>;

export function compileDecoder(type: Type, resolvers: Resolvers): Decoder {
  return byKind(makeTable(resolvers), type);
}

function makeTable(resolvers: Resolvers): KindTable<Decoder> {
  const text = (type: Type): Decoder => {
    const format = compileFormatter(type, resolvers);
    return (memory, offset) => fromByteString(format(memory, offset));
  };
  const frames = (type: StackType): Decoder => {
    const format = compileFormatter(type, resolvers);
    const list = type.mode === 'folded' ? foldedList : frameList;
    return (memory, offset) => list(format(memory, offset));
  };
  return {
    int: integerReader,
    bool: () => (memory, offset) => memory.bytes[offset] !== 0,
    enum: enumDecoder,
    pointer: () => readUnsigned64,
    context: () => readUnsigned64,
    ...compositeEntries<Value>({
      compile: (type) => compileDecoder(type, resolvers),
      bitField: narrow,
      nothing: null,
      array: (elements) => elements,
      tuple: (elements) => elements,
      fields: (names, values) =>
        Object.fromEntries(names.map((name, index) => [name, values[index] ?? null])),
    }),
    // A copy: the memory belongs to the ring buffer and will be used again.
    buffer: (type) => (memory, offset) => Uint8Array.from(readBytes(memory, offset, type.size)),
    kstack: frames,
    ustack: frames,
    string: text,
    inet: text,
    mac: text,
    ksym: text,
    usym: text,
    timestamp: text,
    'cgroup-path': text,
    username: text,
    ratio: (type) => compileRatio(type),
    count: aggregateDecoder,
    sum: aggregateDecoder,
    min: aggregateDecoder,
    max: aggregateDecoder,
    avg: aggregateDecoder,
    stats: (type) => (memory, offset) => {
      const { count, average, total } = mergeStatistics(type, singleCopy(memory), offset);
      return { count: narrow(count), average: narrow(average), total: narrow(total) };
    },
    hist: nullDecoder,
    lhist: nullDecoder,
    tseries: nullDecoder,
    void: nullDecoder,
    none: nullDecoder,
  };
}

const nullDecoder = (): Decoder => () => null;

/** Frames of a stack's text, without indentation. */
function frameList(text: string): readonly string[] {
  return fromByteString(text)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.trim());
}

function foldedList(text: string): readonly string[] {
  return fromByteString(text)
    .split(';')
    .filter((name) => name !== '')
    .reverse();
}

function enumDecoder(type: EnumType): Decoder {
  const read = integerReader(type);
  return (memory, offset) => {
    const number = read(memory, offset);
    return type.variants.get(BigInt(number)) ?? number;
  };
}

function aggregateDecoder(type: IntegerAggregate): Decoder {
  return (memory, offset) => narrow(mergeInteger(type, singleCopy(memory), offset));
}
