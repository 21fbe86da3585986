/** Declarators (C11 6.7.6): what stands around a name makes pointers, arrays and functions of its type. */
import { arrayOf, type CType, functionCType, pointerTo } from './c-type.ts';
import type { DeclarationReader } from './declaration-reader.ts';
import { acceptQualifiers, isTypeStart } from './specifiers.ts';

export interface Declared {
  /** Empty for an abstract declarator. */
  readonly name: string;
  readonly type: CType;
}

/** What the declarator makes of the type in front of it. */
type Wrap = (type: CType) => CType;

export function readDeclarator(reader: DeclarationReader, type: CType): Declared {
  const { name, wrap } = reader.nested(() => readParts(reader));
  return { name, type: wrap(type) };
}

function readParts(reader: DeclarationReader): { name: string; wrap: Wrap } {
  const { cursor } = reader;
  acceptQualifiers(reader);
  if (cursor.accept('*')) {
    const inner = reader.nested(() => readParts(reader));
    return { name: inner.name, wrap: (type) => inner.wrap(pointerTo(type)) };
  }
  let name = '';
  let around: Wrap = (type) => type;
  if (cursor.sees('(') && !isParameterList(reader)) {
    cursor.expect('(');
    ({ name, wrap: around } = reader.nested(() => readParts(reader)));
    cursor.expect(')');
  } else name = cursor.acceptWord()?.text ?? '';
  const suffix = readSuffixes(reader);
  return { name, wrap: (type) => around(suffix(type)) };
}

/** `(` opens parameters when a type or nothing follows it: `int (u32)`; else a declarator: `int (*x)`. */
function isParameterList(reader: DeclarationReader): boolean {
  const { cursor } = reader;
  return cursor.sees(')', 1) || cursor.sees('...', 1) || isTypeStart(reader, 1);
}

/** `[3][4]` applies from the right: three arrays of four. */
function readSuffixes(reader: DeclarationReader): Wrap {
  const { cursor } = reader;
  if (cursor.sees('(')) {
    cursor.skipBalanced();
    const rest = readSuffixes(reader);
    return () => rest(functionCType);
  }
  if (!cursor.sees('[') || cursor.sees('[', 1)) return (type) => type;
  const place = cursor.span;
  cursor.expect('[');
  acceptQualifiers(reader);
  const length = cursor.sees(']') ? undefined : readLength(reader);
  cursor.expect(']');
  const rest = readSuffixes(reader);
  return (type) => {
    const element = rest(type);
    if (!element.complete) throw reader.errorAt(place, 'array has elements of a type without a size');
    if (element.size * (length ?? 0) > maximumSize) throw reader.errorAt(place, 'array is too large');
    return arrayOf(element, length);
  };
}

/** Nothing larger can be read by a BPF program. */
const maximumSize = 1 << 28;

function readLength(reader: DeclarationReader): number {
  const place = reader.cursor.span;
  const value = reader.constant();
  if (value < 0n) throw reader.errorAt(place, 'array has a negative size');
  if (value > BigInt(maximumSize)) throw reader.errorAt(place, 'array is too large');
  return Number(value);
}
