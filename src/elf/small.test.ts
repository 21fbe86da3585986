import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource } from './byte-source.ts';
import { Elf } from './elf.ts';
import { ElfError } from './elf-error.ts';
import { assemble } from './testing/assemble.ts';

/** `word` is the assembler's directive for an address; `moved` is added to the base that the note records. */
const source = (word: string, moved = 0) => `
  .text
  .globl entry, public, _public
  .weak  __weak_alias
entry:
  nop
probe: nop
  ret
  .type entry, @function
  .size entry, 3
public:
_public:
__weak_alias:
local_alias:
  nop; nop; nop; nop
  .type public, @function
  .type _public, @function
  .type __weak_alias, @function
  .type local_alias, @function
  .size public, 4
  .size _public, 4
  .size __weak_alias, 4
  .size local_alias, 4
  .type unsized, @function
unsized: nop; nop
  .type outer, @function
outer: nop
  .type inner, @function
inner: nop
  .size inner, 1
  nop
  .size outer, 3
  .section .stapsdt.base, "a", @progbits
_.stapsdt.base: .space 1
  .section .probes, "aw", @progbits
semaphore: .2byte 0
  .section .note.stapsdt, "", @note
  .4byte 8, 2f-1f, 3
  .asciz "stapsdt"
1: ${word} probe
  ${word} _.stapsdt.base - ${moved}
  ${word} semaphore
  .asciz "shop"
  .asciz "sale"
  .asciz "8@%rax -4@$7"
2: .balign 4
`;
const bytes = assemble(source('.8byte'));
const elf = Elf.open(bytesSource(bytes, 'small'));
const addressOf = (name: string) => elf.functions(name)[0]!.address;

describe('which name an address gets', () => {
  it('is the most public of several', () => {
    expect(elf.functionAt(addressOf('public') + 3)).toMatchObject({ name: 'public', offset: 3 });
    expect(
      elf
        .functions('*public*')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['_public', 'public']);
  });

  it('reaches to the next function when the size is missing', () => {
    expect(elf.functionAt(addressOf('unsized') + 1)).toMatchObject({ name: 'unsized', offset: 1 });
  });

  it('is the innermost function, and after it the enclosing one again', () => {
    const outer = addressOf('outer');
    expect([0, 1, 2, 3].map((offset) => elf.functionAt(outer + offset)?.name)).toEqual([
      'outer',
      'inner',
      'outer',
      undefined,
    ]);
  });
});

describe('USDT notes', () => {
  it('are read in both classes', () => {
    const expected = {
      provider: 'shop',
      name: 'sale',
      arguments: '8@%rax -4@$7',
      address: addressOf('entry') + 1,
    };
    expect(elf.usdtProbes()).toMatchObject([expected]);
    const elf32 = Elf.open(bytesSource(assemble(source('.4byte'), 32)));
    expect(elf32.header).toMatchObject({ is64: false, machine: 3 });
    const entry = elf32.functions('entry')[0]!.address;
    expect(elf32.usdtProbes()).toMatchObject([{ ...expected, address: entry + 1 }]);
    expect(elf32.functionAt(entry + 2)?.name).toBe('entry');
    expect(elf32.buildId).toBe('deadbeef01');
  });

  it('follow a file that was moved after linking', () => {
    const moved = Elf.open(bytesSource(assemble(source('.8byte', 0x100))));
    const [there, here] = [moved.usdtProbes()[0]!, elf.usdtProbes()[0]!];
    expect(there.address - here.address).toBe(0x100);
    expect(there.semaphore - here.semaphore).toBe(0x100);
  });
});

function exercise(damaged: Uint8Array): void {
  const attempt = (use: () => unknown) => {
    try {
      use();
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
    }
  };
  attempt(() => {
    const file = Elf.open(bytesSource(damaged, 'fuzz'));
    attempt(() => file.functions('*a*'));
    attempt(() => file.functions('entry'));
    attempt(() => file.functionAt(0x401001));
    attempt(() => file.buildId);
    attempt(() => file.debugLink);
    attempt(() => file.dynamic);
    attempt(() => file.usdtProbes());
    attempt(() => file.offsetOf(0x401001));
  });
}

describe('damaged files end in values or in an ElfError', () => {
  it('says what and where', () => {
    const open = (data: Uint8Array) => () => Elf.open(bytesSource(data, 'bad.so'));
    expect(open(new Uint8Array(3))).toThrow('bad.so at offset 0x0: this is not an ELF file');
    expect(open(bytes.subarray(0, 100))).toThrow(
      /^bad\.so at offset 0x40: a header table of \d+ bytes lies beyond/,
    );
    const big = Uint8Array.from(bytes);
    big[5] = 2;
    expect(open(big)).toThrow('bad.so at offset 0x5: only little-endian ELF files are read');
  });

  const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
  const inTables = fc.array(fc.tuple(fc.integer({ min: 1, max: 64 * 12 }), fc.nat(255)), {
    minLength: 1,
    maxLength: 3,
  });

  it('flipped bytes, anywhere and in the section headers', () => {
    fc.assert(
      fc.property(flips, inTables, (anywhere, tail) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, value] of anywhere) damaged[at] = value;
        for (const [back, value] of tail) damaged[damaged.length - back] = value;
        exercise(damaged);
      }),
      { numRuns: 500 },
    );
  });

  it('truncations', () => {
    for (let length = 0; length < bytes.length; length += 7) exercise(bytes.subarray(0, length));
  });
});
