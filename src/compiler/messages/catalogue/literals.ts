/** Messages about integer and string literals. `literal` is the text as written. */
import { message } from '../define.ts';

export const literalMessages = {
  trailingUnderscore: message('trailing-underscore', () => 'syntax: trailing underscore in integer literal'),
  badCoefficient: message(
    'bad-coefficient',
    (literal: string) => `syntax: coefficient part of scientific literal must be 1-9: ${literal}`,
    { remedy: 'Scientific literals have one digit before the `e`: write 1000 or 1e3, not 10e2.' },
  ),
  trailingBytes: message(
    'trailing-bytes',
    (literal: string) => `syntax: invalid trailing bytes: ${literal}`,
    {
      cause:
        'Part of the number could not be read: an upper-case suffix, an exponent of zero, an 8 in an octal number.',
    },
  ),
  invalidInteger: message('invalid-integer', (digits: string) => `syntax: invalid integer: ${digits}`),
  invalidSuffix: message('invalid-suffix', (suffix: string) => `syntax: invalid integer suffix '${suffix}'`, {
    remedy: 'Known suffixes: ns us ms s m h d for durations, u ul ull l ll as in C.',
  }),
  integerOverflow: message(
    'integer-overflow',
    (maximum: bigint, literal: string) => `syntax: overflow error, maximum value is ${maximum}: ${literal}`,
  ),
  unterminatedString: message('unterminated-string', () => 'syntax: unterminated string', {
    cause: 'A string ends on the line it began.',
    remedy: 'Close the string with `"`; write a newline inside as `\\n`.',
  }),
  invalidEscape: message(
    'invalid-escape',
    (character: string) => `syntax: invalid escape character '\\${character}'`,
    { remedy: 'Known escapes: \\n \\t \\r \\" \\\\, three octal digits, \\x with two hexadecimal digits.' },
  ),
  octalRange: message(
    'octal-range',
    (digits: string) => `syntax: octal escape sequence out of range '\\${digits}'`,
  ),
  invalidHexEscape: message('invalid-hex-escape', () => 'syntax: invalid hex escape sequence'),
} as const;
