import { describe, expect, it } from 'vitest';
import type { Type } from '../types.ts';
import { checkDebugFormat, checkFormat } from './check-format.ts';
import { parseFormat } from './parse-format.ts';

const int8: Type = { kind: 'int', size: 1, signed: true };
const string4: Type = { kind: 'string', size: 4 };
const pair: Type = { kind: 'tuple', elements: [int8, int8] };

/** Specifiers in braces, the rest as is. */
function shape(format: string): string {
  return parseFormat(format)
    .map((piece) => (piece.kind === 'text' ? piece.text : `{${piece.specifier}}`))
    .join('');
}

describe('parseFormat', () => {
  it.each([
    ['%d and %s', '{d} and {s}'],
    ['100%%', '100%'],
    ['%5%|%d%\n', '%|{d}%\n'],
    ['%', '%'],
    ['a%zb', 'a%zb'],
    ['%y', '%y'],
    ['%-+5d|%+-5d|', '{d}|%+-5d|'],
    ['50% done', '50{d}one'],
    ['%*d|%.3s|%5.2s|%.*s', '{d}|{s}|{s}|{s}'],
    ['%gr %rx %rh %r', '{gr} {rx} {rh} {r}'],
    ['%zd %jd %td %Ld %hhx', '{d} {d} {d} {d} {x}'],
  ])('%j is %j', (format, expected) => {
    expect(shape(format)).toBe(expected);
  });

  it('reads flags, width and length', () => {
    const [piece] = parseFormat('%-+ #012hhx');
    expect(piece).toEqual({
      kind: 'conversion',
      specifier: 'x',
      bits: 8,
      signed: false,
      left: true,
      plus: true,
      alternate: true,
      zero: true,
      width: 12,
    });
  });

  it.each([
    ['d', 32],
    ['hhd', 8],
    ['hd', 16],
    ['ld', 64],
    ['lld', 64],
    ['jd', 64],
    ['p', 64],
  ])('%%%s takes %i bits', (text, bits) => {
    expect(parseFormat(`%${text}`)[0]).toMatchObject({ bits });
  });

  it('bounds absurd widths', () => {
    expect(parseFormat('%999999999999d')[0]).toMatchObject({ width: 65_536 });
  });
});

describe('checkFormat', () => {
  it.each<[string, readonly Type[], string | undefined]>([
    ['%s\n', [], 'not enough arguments for format string (0 supplied, 1 expected)'],
    ['%s\n', [int8, int8], 'too many arguments for format string (2 supplied, 1 expected)'],
    ['%d\n', [string4], "unsupported format specifier for type 'string[4]': d"],
    ['%f\n', [int8], 'unsupported format specifier: f'],
    ['%e %g %a\n', [int8, int8, int8], 'unsupported format specifier: e'],
    ['%r\n', [string4], "unsupported format specifier for type 'string[4]': r"],
    ['%n\n', [int8], 'unsupported format specifier: n'],
    ['%y\n', [int8], 'too many arguments for format string (1 supplied, 0 expected)'],
    ['%-+5d|%+-5d|\n', [int8, int8], 'too many arguments for format string (2 supplied, 1 expected)'],
    ['%*d|\n', [int8, int8], 'too many arguments for format string (2 supplied, 1 expected)'],
    ['50% done\n', [], 'not enough arguments for format string (0 supplied, 1 expected)'],
    ['%d\n', [pair], "unsupported format specifier for type '(int8,int8)': d"],
    ['%s\n', [{ kind: 'none' }], 'unable to print none type for specifier: s'],
    ['%d\n', [{ kind: 'ksym' }], "unsupported format specifier for type 'ksym_t': d"],
    ['%d %d\n', [{ kind: 'count' }, int8], "unsupported format specifier for type 'count_t': d"],
    ['%s %s %d %p %c', [{ kind: 'count' }, pair, { kind: 'bool' }, int8, int8], undefined],
    ['%r %gr', [{ kind: 'buffer', size: 3 }, int8], undefined],
  ])('%j with %j', (format, types, message) => {
    expect(checkFormat(format, types)).toBe(message);
  });

  it('knows the narrower rules of debugf', () => {
    expect(checkDebugFormat('x %d %d %d %d')).toBe('cannot use more than 3 conversion specifiers');
    expect(checkDebugFormat('x %c')).toBe('Invalid format specifier for `debugf`: c');
    expect(checkDebugFormat('%d %llu %s')).toBeUndefined();
  });
});
