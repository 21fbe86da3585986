import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUsdtArguments, type UsdtArgument } from './usdt-args.ts';

const one = (text: string): UsdtArgument | undefined => {
  const [argument, ...more] = parseUsdtArguments(text, 'x86-64');
  expect(more).toEqual([]);
  return argument;
};
const memory = { kind: 'memory', base: undefined, index: undefined, scale: 1, offset: 0, symbol: undefined };

describe('x86-64 operands', () => {
  it.each([
    ['-4@%edi', { size: 4, signed: true, kind: 'register', register: 'rdi', shift: 0 }],
    ['8@%r15', { size: 8, signed: false, kind: 'register', register: 'r15', shift: 0 }],
    ['2@%r8w', { size: 2, kind: 'register', register: 'r8' }],
    ['1@%sil', { size: 1, kind: 'register', register: 'rsi', shift: 0 }],
    ['1@%dh', { size: 1, kind: 'register', register: 'rdx', shift: 8 }],
    ['4@$-3', { kind: 'constant', value: -3n }],
    ['-8@$0x10', { signed: true, kind: 'constant', value: 16n }],
    ['8@$18446744073709551615', { kind: 'constant', value: -1n }],
    ['8@-16(%rbp)', { ...memory, base: 'rbp', offset: -16 }],
    ['8@(%rsp)', { ...memory, base: 'rsp' }],
    ['8@8(%rax,%rcx,4)', { ...memory, base: 'rax', index: 'rcx', scale: 4, offset: 8 }],
    ['8@(%rax,%rcx)', { ...memory, base: 'rax', index: 'rcx' }],
    ['4@table(,%rdx,8)', { ...memory, symbol: 'table', index: 'rdx', scale: 8 }],
    ['8@foo+4(%rip)', { ...memory, base: 'rip', symbol: 'foo', offset: 4 }],
    ['8@foo.0-8(%rip)', { ...memory, base: 'rip', symbol: 'foo.0', offset: -8 }],
    ['8@8+foo(%rip)', { ...memory, base: 'rip', symbol: 'foo', offset: 8 }],
    ['8@foo+bar(%rip)', { kind: 'unsupported' }],
    ['8@12x(%rip)', { kind: 'unsupported' }],
    ['4@4210752', { ...memory, offset: 4210752 }],
    ['8f@%xmm0', { float: true, kind: 'unsupported' }],
    ['%rax', { size: 8, signed: false, kind: 'register', register: 'rax' }],
  ])('%s', (text, expected) => {
    expect(one(text)).toMatchObject(expected);
    expect(one(text)?.text).toBe(text);
  });

  it('keeps the numbering when one of several is not understood', () => {
    const kinds = parseUsdtArguments('-4@%edi 8@%st(1) 8@-8(%rbp)', 'x86-64').map(({ kind }) => kind);
    expect(kinds).toEqual(['register', 'unsupported', 'memory']);
    expect(parseUsdtArguments('', 'x86-64')).toEqual([]);
  });

  it('ends for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'48-@%$()[],+rax ip0x') }), (text) => {
        for (const argument of parseUsdtArguments(text, 'x86-64')) expect(argument.size).toBeGreaterThan(0);
        parseUsdtArguments(text, 'arm64');
      }),
    );
  });
});

describe('arm64 operands', () => {
  it('splits at spaces outside brackets only', () => {
    const parsed = parseUsdtArguments('-4@w0 8@[sp, 16] 8@[x1] 8@[x2, x3, lsl 3] 4@-5 8@x31', 'arm64');
    expect(parsed).toMatchObject([
      { size: 4, signed: true, kind: 'register', register: 'x0' },
      { ...memory, base: 'sp', offset: 16 },
      { ...memory, base: 'x1' },
      { ...memory, base: 'x2', index: 'x3', scale: 8 },
      { kind: 'constant', value: -5n },
      { kind: 'unsupported' },
    ]);
  });
});
