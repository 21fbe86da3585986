/**
 * Values as JSON (language reference, section 1.7), compiled once for each type. What has no form of its own
 * there is a string with the value's text.
 */
import { jsonInteger, jsonString } from '../../output/json-text.ts';
import { statisticsJson } from '../../output/map/map-json.ts';
import { byKind, type KindTable } from '../../program/by-kind.ts';
import type { BufferType, EnumType, IntType, RatioType, Type } from '../../program/types.ts';
import { type IntegerAggregate, mergeInteger, mergeStatistics, singleCopy } from './aggregate.ts';
import { readBytes } from './buffer.ts';
import { compositeEntries } from './composite.ts';
import { compileFormatter } from './format.ts';
import { integerReader, readUnsigned64 } from './integer.ts';
import type { Reader } from './memory.ts';
import { compileRatio } from './ratio.ts';
import type { Resolvers } from './resolvers.ts';

type Json = Reader<string>;

export function compileJson(type: Type, resolvers: Resolvers): Json {
  return byKind(makeTable(resolvers), type);
}

function makeTable(resolvers: Resolvers): KindTable<Json> {
  const quoted = (type: Type): Json => {
    const format = compileFormatter(type, resolvers);
    return (memory, offset) => jsonString(format(memory, offset));
  };
  return {
    int: integerJson,
    enum: integerJson,
    bool: (type) => compileFormatter(type, resolvers),
    pointer: () => addressJson,
    context: () => addressJson,
    ...compositeEntries<string>({
      compile: (type) => compileJson(type, resolvers),
      bitField: jsonInteger,
      nothing: 'null',
      array: (elements) => `[${elements.join(',')}]`,
      tuple: (elements) => `[${elements.join(',')}]`,
      fields: fieldsJson,
    }),
    buffer: bufferJson,
    string: quoted,
    inet: quoted,
    mac: quoted,
    kstack: quoted,
    ustack: quoted,
    ksym: quoted,
    usym: quoted,
    timestamp: quoted,
    'cgroup-path': quoted,
    username: quoted,
    ratio: ratioJson,
    count: aggregateJson,
    sum: aggregateJson,
    min: aggregateJson,
    max: aggregateJson,
    avg: aggregateJson,
    stats: (type) => (memory, offset) => statisticsJson(mergeStatistics(type, singleCopy(memory), offset)),
    hist: nullJson,
    lhist: nullJson,
    tseries: nullJson,
    void: nullJson,
    none: nullJson,
  };
}

const nullJson = (): Json => () => 'null';
const addressJson: Json = (memory, offset) => jsonInteger(readUnsigned64(memory, offset));

function integerJson(type: IntType | EnumType): Json {
  const read = integerReader(type);
  return (memory, offset) => jsonInteger(read(memory, offset));
}

/** What is no number (a division by zero) is null. */
function ratioJson(type: RatioType): Json {
  const read = compileRatio(type);
  return (memory, offset) => JSON.stringify(read(memory, offset));
}

function aggregateJson(type: IntegerAggregate): Json {
  return (memory, offset) => jsonInteger(mergeInteger(type, singleCopy(memory), offset));
}

function bufferJson({ size }: BufferType): Json {
  return (memory, offset) => {
    const bytes = readBytes(memory, offset, size);
    return `[${new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length).join(',')}]`;
  };
}

function fieldsJson(names: readonly string[], values: readonly string[]): string {
  return `{${names.map((name, index) => `${jsonString(name)}: ${values[index]}`).join(', ')}}`;
}
