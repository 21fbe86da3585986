/**
 * What the asynchronous actions need of their records, compiled once for each event: texts to format, values to
 * print, numbers. See EventSpec in src/program/program.ts for the records.
 */
import { fromByteString } from '../../output/byte-string.ts';
import { jsonString } from '../../output/json-text.ts';
import type { Printable, Value } from '../../output/value.ts';
import type { Type } from '../../program/types.ts';
import { argumentReader, type RecordLayout, type RecordReader } from './argument.ts';
import { compileFormatter } from './format.ts';
import { integerReader } from './integer.ts';
import { compileJson } from './json.ts';
import type { Reader } from './memory.ts';
import type { Resolvers } from './resolvers.ts';
import { compileDecoder } from './value.ts';

/** `print` of a value: the only argument. Valid as long as the record is. */
export function compilePrintable(layout: RecordLayout, resolvers: Resolvers): RecordReader<Printable> {
  const read = <T>(compile: (type: Type) => Reader<T>, fromText: (text: string) => T) =>
    lazily(() => argument(layout, 0, compile, fromText, resolvers));
  const text = read<string>(
    (type) => compileFormatter(type, resolvers),
    (value) => value,
  );
  const json = read<string>((type) => compileJson(type, resolvers), jsonString);
  const value = read<Value>((type) => compileDecoder(type, resolvers), fromByteString);
  return (memory, base, length) => ({
    text: () => text()(memory, base, length),
    json: () => json()(memory, base, length),
    value: () => value()(memory, base, length),
  });
}

/** `join`: all arguments, which are strings. Trailing empty ones are places that were not used. */
export function compileJoin(
  layout: RecordLayout,
  separator: string,
  resolvers: Resolvers,
): RecordReader<string> {
  const readers = layout.fields.map((_, index) =>
    argument<string>(
      layout,
      index,
      (type) => compileFormatter(type, resolvers),
      (text) => text,
      resolvers,
    ),
  );
  return (memory, base, length) => {
    const texts = readers.map((read) => read(memory, base, length));
    return texts.slice(0, texts.findLastIndex((text) => text !== '') + 1).join(separator);
  };
}

/** The integer in the first argument (an exit status, a helper's return code), or 0 where there is none. */
export function compileInteger(layout: RecordLayout): RecordReader<number> {
  const field = layout.fields[0];
  if (field?.type.kind !== 'int') return () => 0;
  const read = integerReader(field.type);
  const { offset } = field;
  return (memory, base) => Number(BigInt.asIntN(32, BigInt(read(memory, base + offset))));
}

function argument<T>(
  layout: RecordLayout,
  index: number,
  compile: (type: Type) => Reader<T>,
  fromText: (text: string) => T,
  resolvers: Resolvers,
): RecordReader<T> {
  const read = argumentReader(layout, index, compile, fromText, resolvers.truncationTrailer);
  return read ?? (() => fromText(''));
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
