/**
 * Values as text (language reference, section 6.1). A type is compiled once into a function that reads memory
 * and gives a byte string.
 */

import { statisticsText } from '../../output/map/map-text.ts';
import { strftime } from '../../output/strftime.ts';
import { byKind, type KindTable } from '../../program/by-kind.ts';
import type {
  EnumType,
  StackType,
  StringType,
  SymbolType,
  TimestampType,
  Type,
} from '../../program/types.ts';
import { type IntegerAggregate, mergeInteger, mergeStatistics, singleCopy } from './aggregate.ts';
import { escapedText, readBytes } from './buffer.ts';
import { compositeEntries } from './composite.ts';
import { integerReader, readAddress, readSigned64 } from './integer.ts';
import type { Reader } from './memory.ts';
import { readInet, readMac } from './network.ts';
import { ratioFormatter } from './ratio.ts';
import { ResolveError, type Resolvers } from './resolvers.ts';
import { readString } from './string.ts';

export type Formatter = Reader<string>;

export function compileFormatter(type: Type, resolvers: Resolvers): Formatter {
  return byKind(tableFor(resolvers), type);
}

const tables = new WeakMap<Resolvers, KindTable<Formatter>>();

function tableFor(resolvers: Resolvers): KindTable<Formatter> {
  let table = tables.get(resolvers);
  if (table === undefined) {
    table = makeTable(resolvers);
    tables.set(resolvers, table);
  }
  return table;
}

const nothing = (): Formatter => () => '';
const nullText = (): Formatter => () => 'null';

function makeTable(resolvers: Resolvers): KindTable<Formatter> {
  return {
    int: (type) => {
      const read = integerReader(type);
      return (memory, offset) => `${read(memory, offset)}`;
    },
    bool: () => (memory, offset) => (memory.bytes[offset] === 0 ? 'false' : 'true'),
    string: (type) => stringFormatter(type, resolvers.truncationTrailer),
    pointer: () => readAddress,
    enum: enumFormatter,
    ...compositeEntries<string>({
      compile: (type) => compileFormatter(type, resolvers),
      bitField: String,
      nothing: 'null',
      array: (elements) => `[${elements.join(',')}]`,
      tuple: (elements) => `(${elements.join(', ')})`,
      fields: fieldsText,
    }),
    buffer: (type) => (memory, offset) => escapedText(readBytes(memory, offset, type.size)),
    inet: () => readInet,
    mac: () => readMac,
    kstack: (type) => stackFormatter(type, resolvers),
    ustack: (type) => stackFormatter(type, resolvers),
    ksym: (type) => symbolFormatter(type, resolvers),
    usym: (type) => symbolFormatter(type, resolvers),
    timestamp: (type) => timestampFormatter(type, resolvers),
    'cgroup-path': (type) =>
      guarded(({ view }, offset) => resolvers.cgroupPath(view.getBigUint64(offset, true), type.filter)),
    username: () => guarded(({ view }, offset) => resolvers.userName(view.getUint32(offset, true))),
    ratio: (type) => ratioFormatter(type),
    count: aggregateFormatter,
    sum: aggregateFormatter,
    min: aggregateFormatter,
    max: aggregateFormatter,
    avg: aggregateFormatter,
    stats: (type) => (memory, offset) => statisticsText(mergeStatistics(type, singleCopy(memory), offset)),
    hist: nothing,
    lhist: nothing,
    tseries: nothing,
    void: nullText,
    none: nullText,
    context: () => readAddress,
  };
}

/** A resolver's failure shows in the text instead of ending the run. */
function guarded(format: Formatter): Formatter {
  return (memory, offset) => {
    try {
      return format(memory, offset);
    } catch (error) {
      if (error instanceof ResolveError) return `!{${error.message}}`;
      throw error;
    }
  };
}

function stringFormatter({ size }: StringType, trailer: string): Formatter {
  if (size === 0) return () => '';
  return ({ bytes }, offset) => {
    const text = readString(bytes, offset, offset + size);
    return text.length === size ? text + trailer : text;
  };
}

function enumFormatter(type: EnumType): Formatter {
  const read = integerReader(type);
  const names = new Map([...type.variants].map(([value, name]) => [String(value), name]));
  return (memory, offset) => {
    const number = String(read(memory, offset));
    return names.get(number) ?? number;
  };
}

function fieldsText(names: readonly string[], values: readonly string[]): string {
  if (names.length === 0) return '{}';
  return `{ ${names.map((name, index) => `.${name} = ${values[index]}`).join(', ')} }`;
}

function stackFormatter(type: StackType, resolvers: Resolvers): Formatter {
  const isUser = type.kind === 'ustack';
  return guarded((memory, offset) => {
    const id = Number(readSigned64(memory, offset));
    const pid = isUser ? memory.view.getUint32(offset + 8, true) : 0;
    if (id < 0) return type.mode === 'folded' ? '' : '\n';
    return resolvers.stackText(type, id, pid);
  });
}

function symbolFormatter({ kind }: SymbolType, resolvers: Resolvers): Formatter {
  return guarded(({ view }, offset) => {
    const address = view.getBigUint64(offset, true);
    if (address === 0n) return '0';
    return kind === 'ksym'
      ? resolvers.kernelSymbol(address)
      : resolvers.userSymbol(view.getUint32(offset + 8, true), address);
  });
}

function timestampFormatter({ clock, format }: TimestampType, resolvers: Resolvers): Formatter {
  if (format === undefined) return ({ view }, offset) => `${view.getBigUint64(offset, true)}`;
  return guarded(({ view }, offset) =>
    strftime(format, resolvers.wallTimeNs(clock, view.getBigUint64(offset, true)), { subseconds: true }),
  );
}

function aggregateFormatter(type: IntegerAggregate): Formatter {
  return (memory, offset) => String(mergeInteger(type, singleCopy(memory), offset));
}
