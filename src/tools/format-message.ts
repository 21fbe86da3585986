/**
 * printf for values that are already JavaScript values: what `trace` prints after its columns. The conversions are
 * those of the language; widths and flags are kept, strings are taken for anything.
 */
import { type Conversion, parseFormat } from '../program/format/parse-format.ts';
import type { Cell } from './shape/column.ts';

export function formatMessage(format: string, args: readonly Cell[]): string {
  let next = 0;
  return parseFormat(format)
    .map((piece) =>
      piece.kind === 'text' ? piece.text : padded(piece, converted(piece, args[next++] ?? null)),
    )
    .join('');
}

function converted({ specifier, bits, signed, alternate }: Conversion, cell: Cell): string {
  if (specifier === 's' || !isNumber(cell))
    return Array.isArray(cell) ? cell.map(String).join(' ') : String(cell);
  const whole = BigInt(cell);
  switch (specifier) {
    case 'c':
      return String.fromCharCode(Number(BigInt.asUintN(8, whole)));
    case 'x':
    case 'X':
    case 'p': {
      const digits = BigInt.asUintN(bits, whole).toString(16);
      return `${alternate || specifier === 'p' ? '0x' : ''}${specifier === 'X' ? digits.toUpperCase() : digits}`;
    }
    case 'o':
      return BigInt.asUintN(bits, whole).toString(8);
    default:
      return String(signed ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole));
  }
}

function isNumber(cell: Cell): cell is number | bigint {
  return typeof cell === 'number' || typeof cell === 'bigint';
}

function padded({ width, left, zero }: Conversion, text: string): string {
  if (left) return text.padEnd(width);
  return text.padStart(width, zero ? '0' : ' ');
}
