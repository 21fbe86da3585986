/**
 * Integer literals: decimal, octal, hexadecimal, scientific (one-digit coefficient), C suffixes and durations.
 * The same reader serves program text and program parameters, which also know `0b…`.
 */
import type { Message } from '../messages/diagnostic.ts';
import { messages } from '../messages/messages.ts';
import { isWordCharacter } from './characters.ts';

const uint64Max = (1n << 64n) - 1n;

const durationNs: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
};

/** Largest value that each C suffix admits. */
const suffixMaximum: Readonly<Record<string, bigint>> = {
  u: 0xffff_ffffn,
  ul: uint64Max,
  ull: uint64Max,
  l: (1n << 63n) - 1n,
  ll: (1n << 63n) - 1n,
};

export type IntegerScan =
  | { readonly kind: 'value'; readonly value: bigint; readonly length: number }
  /** `length` characters belong to the literal; the problem is about those from `from` to `to`. */
  | {
      readonly kind: 'problem';
      readonly message: Message;
      readonly length: number;
      readonly from: number;
      readonly to: number;
    };

/** Reads the literal that begins at `start`, where a digit must be. */
export function scanInteger(text: string, start: number): IntegerScan {
  if (/^0[xX]/.test(text.slice(start, start + 2))) return scanHex(text, start);
  let end = start;
  while (isWordCharacter(text[end])) end++;
  return scanDecimal(text.slice(start, end));
}

function problem(message: Message, length: number, from = 0, to = length): IntegerScan {
  return { kind: 'problem', message, length, from, to };
}

/** Hexadecimal digits end at the first other character: `0x10u` is 16 and a word `u`. */
function scanHex(text: string, start: number): IntegerScan {
  let end = start + 2;
  while (/^[0-9a-fA-F_]$/.test(text[end] ?? '')) end++;
  const literal = text.slice(start, end);
  const digits = literal.slice(2).replaceAll('_', '');
  if (digits === '') return problem(messages.invalidInteger(''), literal.length);
  const value = BigInt(`0x${digits}`);
  if (value > uint64Max) return problem(messages.integerOverflow(uint64Max, literal), literal.length);
  return { kind: 'value', value, length: literal.length };
}

function scanDecimal(word: string): IntegerScan {
  const parts = /^([0-9][0-9_]*)([eE][0-9_]*)?(.*)$/s.exec(word);
  const [, digits = '', exponent = '', suffix = ''] = parts ?? [];
  const isCSuffix = /^[uUlL]+$/.test(suffix);
  const number = isCSuffix ? word : digits + exponent;
  if (suffix !== '' && !isCSuffix && durationNs[suffix] === undefined) {
    const bad = exponent !== '' && !/\d/.test(exponent);
    if (bad) return problem(messages.trailingBytes(word), word.length);
    return problem(messages.invalidSuffix(suffix), word.length, number.length);
  }
  const mantissa = exponent === '' ? plainValue(digits) : scientificValue(digits, exponent);
  if (mantissa === 'underscore') return problem(messages.trailingUnderscore(), word.length);
  if (mantissa === 'coefficient') return problem(messages.badCoefficient(number), word.length);
  if (mantissa === 'trailing' || (isCSuffix && suffixMaximum[suffix] === undefined)) {
    return problem(messages.trailingBytes(number), word.length);
  }
  const maximum = suffixMaximum[suffix] ?? uint64Max;
  const value = mantissa * (durationNs[suffix] ?? 1n);
  if (value > maximum) return problem(messages.integerOverflow(maximum, word), word.length);
  return { kind: 'value', value, length: word.length };
}

type Mantissa = bigint | 'underscore' | 'coefficient' | 'trailing';

function plainValue(digits: string): Mantissa {
  if (digits.endsWith('_')) return 'underscore';
  const plain = digits.replaceAll('_', '');
  if (plain.length === 1 || plain[0] !== '0') return BigInt(plain.slice(0, 40));
  return /^[0-7]+$/.test(plain) ? BigInt(`0o${plain.replace(/^0+(?=.)/, '').slice(0, 40)}`) : 'trailing';
}

function scientificValue(digits: string, exponent: string): Mantissa {
  const power = exponent.slice(1);
  if (power.endsWith('_')) return 'underscore';
  if (!/^[1-9][0-9_]*$/.test(power)) return 'trailing';
  if (!/^[1-9]$/.test(digits)) return 'coefficient';
  // Anything beyond 10^20 overflows all the same, and must not cost time.
  return BigInt(digits) * 10n ** BigInt(Math.min(40, Number(power.replaceAll('_', ''))));
}

/** A program parameter as an integer, or undefined when it is other text. */
export function parseIntegerParameter(text: string): bigint | undefined {
  const negative = text.startsWith('-');
  const digits = negative ? text.slice(1) : text;
  const value = /^0[bB][01]+$/.test(digits) ? binaryValue(digits) : wholeLiteral(digits);
  if (value === undefined) return undefined;
  if (!negative) return value;
  return value <= 1n << 63n ? -value : undefined;
}

function binaryValue(digits: string): bigint | undefined {
  const value = BigInt(digits.toLowerCase().slice(0, 128));
  return value <= uint64Max ? value : undefined;
}

function wholeLiteral(text: string): bigint | undefined {
  if (!/^[0-9]/.test(text)) return undefined;
  const scan = scanInteger(text, 0);
  return scan.kind === 'value' && scan.length === text.length ? scan.value : undefined;
}
