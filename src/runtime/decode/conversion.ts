/**
 * One conversion of a format string on one type (language reference, section 6.7), compiled to a reader.
 */
import type { Conversion } from '../../program/format/parse-format.ts';
import { sizeOf } from '../../program/layout.ts';
import type { IntType, Type } from '../../program/types.ts';
import { escapedText, hexDump, hexEscapes, readBytes } from './buffer.ts';
import { compileFormatter } from './format.ts';
import { gfpText } from './gfp.ts';
import { integerReader } from './integer.ts';
import type { Reader } from './memory.ts';
import { ratioFormatter } from './ratio.ts';
import type { Resolvers } from './resolvers.ts';

export function compileConversion(conversion: Conversion, type: Type, resolvers: Resolvers): Reader<string> {
  const make = conversions[conversion.specifier] ?? stringConversion;
  return padded(make(conversion, type, resolvers), conversion, firstPiece(conversion, type));
}

type Make = (conversion: Conversion, type: Type, resolvers: Resolvers) => Reader<string>;

const stringConversion: Make = (_, type, resolvers) => compileFormatter(type, resolvers);

const conversions: Readonly<Record<string, Make>> = {
  d: decimal,
  i: decimal,
  u: decimal,
  o: (conversion, type) => inBase(conversion, type, 8),
  x: (conversion, type) => inBase(conversion, type, 16),
  X: (conversion, type) => upperCase(inBase(conversion, type, 16)),
  // A boolean is no address: its number.
  p: (conversion, type) =>
    type.kind === 'bool' ? decimal(conversion, type) : inBase({ ...conversion, alternate: true }, type, 16),
  c: (_, type) => {
    const read = integerOf(type, 8, false);
    return (memory, offset) => String.fromCharCode(Number(read(memory, offset)));
  },
  gr: (_, type) => {
    const read = integerOf(type, 64, false);
    return (memory, offset) => gfpText(BigInt(read(memory, offset)));
  },
  r: (_, type) => ofBytes(type, escapedText),
  rx: (_, type) => ofBytes(type, hexEscapes),
  rh: (_, type) => ofBytes(type, hexDump),
  f: fixedPoint,
  F: fixedPoint,
  s: stringConversion,
};

function fixedPoint({ precision, plus }: Conversion, type: Type, resolvers: Resolvers): Reader<string> {
  if (type.kind !== 'ratio') return compileFormatter(type, resolvers);
  const format = ratioFormatter(type, precision);
  if (!plus) return format;
  return (memory, offset) => {
    const text = format(memory, offset);
    return text.startsWith('-') ? text : `+${text}`;
  };
}

function upperCase(format: Reader<string>): Reader<string> {
  return (memory, offset) => format(memory, offset).toUpperCase();
}

function decimal({ bits, signed, plus }: Conversion, type: Type): Reader<string> {
  const read = integerOf(type, bits, signed);
  if (!plus) return (memory, offset) => `${read(memory, offset)}`;
  return (memory, offset) => {
    const value = read(memory, offset);
    return value < 0 ? `${value}` : `+${value}`;
  };
}

/** An octal prefix is a leading zero, and zero has one already. */
function inBase({ bits, signed, alternate, plus }: Conversion, type: Type, base: 8 | 16): Reader<string> {
  const read = integerOf(type, bits, signed);
  return (memory, offset) => {
    const value = read(memory, offset);
    const digits = (value < 0 ? -value : value).toString(base);
    const sign = value < 0 ? '-' : plus ? '+' : '';
    const prefix = !alternate || (base === 8 && digits === '0') ? '' : base === 8 ? '0' : '0x';
    return sign + prefix + digits;
  };
}

/** The low `bits` bits of an integer, boolean, pointer or enum, sign-extended from its own width before. */
export function integerOf(type: Type, bits: 8 | 16 | 32 | 64, signed: boolean): Reader<number | bigint> {
  const source = asInteger(type);
  const size = sizeOfBits(bits);
  if (size <= source.size) return integerReader({ kind: 'int', size, signed });
  const read = integerReader(source);
  if (signed || !source.signed) return read;
  return (memory, offset) => {
    const value = read(memory, offset);
    if (value >= 0) return value;
    return bits === 64 ? BigInt.asUintN(64, BigInt(value)) : Number(value) + 2 ** bits;
  };
}

function sizeOfBits(bits: 8 | 16 | 32 | 64): IntType['size'] {
  if (bits === 8) return 1;
  if (bits === 16) return 2;
  return bits === 32 ? 4 : 8;
}

function asInteger(type: Type): IntType {
  if (type.kind === 'int' || type.kind === 'enum')
    return { kind: 'int', size: type.size, signed: type.signed };
  return { kind: 'int', size: sizeOf(type) === 1 ? 1 : 8, signed: false };
}

function ofBytes(type: Type, text: (bytes: Uint8Array) => string): Reader<string> {
  const size = type.kind === 'buffer' ? type.size : 0;
  return (memory, offset) => text(readBytes(memory, offset, size));
}

/**
 * Width applies to what is printed first: of a tuple or array the opening bracket, of a record the brace.
 * Undefined for values that are printed in one piece.
 */
function firstPiece({ specifier }: Conversion, type: Type): number | undefined {
  if (specifier !== 's') return undefined;
  if (type.kind === 'tuple' || type.kind === 'array') return 1;
  return type.kind === 'record' || type.kind === 'struct' || type.kind === 'stats' ? 2 : undefined;
}

function padded(format: Reader<string>, conversion: Conversion, first: number | undefined): Reader<string> {
  if (conversion.width === 0) return format;
  return (memory, offset) => pad(format(memory, offset), conversion, first);
}

/** Zeros fill on whichever side is padded, before a sign too. */
export function pad(text: string, { left, zero, width }: Conversion, first = text.length): string {
  const fill = zero ? '0' : ' ';
  const piece = text.slice(0, first);
  return (left ? piece.padEnd(width, fill) : piece.padStart(width, fill)) + text.slice(first);
}
