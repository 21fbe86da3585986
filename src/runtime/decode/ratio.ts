/** Quotients of two integers: the only numbers with decimals, made when they are printed. */
import type { RatioType } from '../../program/types.ts';
import { readSigned64, readUnsigned64 } from './integer.ts';
import type { Reader } from './memory.ts';

export function compileRatio({ signed }: RatioType): Reader<number> {
  const [dividend, divisor] = signed.map((one) => (one ? readSigned64 : readUnsigned64));
  return (memory, offset) => Number(dividend!(memory, offset)) / Number(divisor!(memory, offset + 8));
}

/** As printf(3) does without a precision. */
export const defaultDecimals = 6;
/** What Number.prototype.toFixed takes. */
const mostDecimals = 100;

/** As `%f` of printf(3) prints it: `nan` and `inf` are spelled so. */
export function ratioFormatter(type: RatioType, decimals = defaultDecimals): Reader<string> {
  const read = compileRatio(type);
  return (memory, offset) => {
    const quotient = read(memory, offset);
    if (Number.isNaN(quotient)) return 'nan';
    if (!Number.isFinite(quotient)) return quotient < 0 ? '-inf' : 'inf';
    return quotient.toFixed(Math.min(decimals, mostDecimals));
  };
}
