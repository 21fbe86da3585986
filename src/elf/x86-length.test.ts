/** Lengths of instructions: by hand for each form, and against objdump for the code of real programs. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesSource } from './byte-source.ts';
import { Elf } from './elf.ts';
import { instructionLength, isInstructionStart } from './x86-length.ts';

const bytes = (hex: string) => Uint8Array.from(hex.split(' ').map((pair) => Number.parseInt(pair, 16)));

describe('lengths', () => {
  it.each([
    ['55', 'push'],
    ['48 89 e5', 'mov %rsp,%rbp'],
    ['f3 0f 1e fa', 'endbr64'],
    ['8b 05 01 02 03 04', 'mov from rip + 32 bits'],
    ['8b 44 24 08', 'mov 0x8(%rsp)'],
    ['8b 04 25 01 02 03 04', 'mov from an absolute address'],
    ['48 b8 01 02 03 04 05 06 07 08', 'movabs'],
    ['b8 01 02 03 04', 'mov $32 bits'],
    ['66 b8 01 02', 'mov $16 bits'],
    ['48 a1 01 02 03 04 05 06 07 08', 'movabs from memory'],
    ['66 81 38 01 02', 'cmpw $16 bits'],
    ['f6 c1 01', 'test $8 bits'],
    ['f7 c1 01 02 03 04', 'test $32 bits'],
    ['f7 d8', 'neg'],
    ['c8 01 00 00', 'enter'],
    ['0f 84 01 02 03 04', 'je'],
    ['66 0f 3a 0f c1 08', 'palignr'],
    ['66 0f 38 00 c1', 'pshufb'],
    ['c5 f8 77', 'vzeroupper'],
    ['c5 f9 6f 07', 'vmovdqa'],
    ['c4 e3 75 38 c0 01', 'vinserti128'],
    ['62 f1 fd 48 6f 47 01', 'vmovdqa64 with a short displacement'],
    ['66 66 2e 0f 1f 84 00 00 00 00 00', 'a long nop'],
  ])('%s', (hex) => {
    const code = bytes(hex);
    expect(instructionLength(code, 0)).toBe(code.length);
    // Cut short, it is none.
    expect(instructionLength(code.subarray(0, -1), 0)).toBeUndefined();
  });

  it('has none for what is no instruction, and for what does not end', () => {
    expect(instructionLength(bytes('06'), 0)).toBeUndefined();
    expect(
      instructionLength(
        Uint8Array.from({ length: 20 }, () => 0x66),
        0,
      ),
    ).toBeUndefined();
  });

  it('tells the beginnings of instructions', () => {
    const code = bytes('55 48 89 e5 06 c3');
    expect([0, 1, 2, 3, 4, 5].map((offset) => isInstructionStart(code, offset))).toEqual([
      ...[true, true, false, false, true],
      undefined,
    ]);
  });
});

describe.each(['/usr/bin/bash', '/lib/x86_64-linux-gnu/libc.so.6'])('%s', (path) => {
  it.skipIf(process.arch !== 'x64' || !existsSync(path))('is divided as by objdump', () => {
    const elf = Elf.open(bytesSource(new Uint8Array(readFileSync(path)), path));
    const text = elf.section('.text');
    if (text === undefined) throw new Error('no code');
    const size = Math.min(text.size, 1 << 20);
    const listed = disassembled(path, text.address, text.address + size);
    const code = elf.contents(text);
    const wrong = listed.filter(
      ({ address, length }) => instructionLength(code, address - text.address) !== length,
    );
    expect(listed.length).toBeGreaterThan(1000);
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});

/** What objdump takes for instructions, without those that it finds bad. */
function disassembled(path: string, start: number, stop: number) {
  const range = [`--start-address=${start}`, `--stop-address=${stop}`];
  const text = execFileSync('objdump', ['-d', '-w', '-j', '.text', ...range, path], {
    maxBuffer: 1 << 28,
    encoding: 'latin1',
  });
  const lines = [...text.matchAll(/^ *([0-9a-f]+):\t((?:[0-9a-f]{2} )+) *\t(.*)$/gm)];
  return lines
    .slice(0, -1)
    .filter(([, , , instruction = '']) => !instruction.includes('(bad)'))
    .map(([, address = '', hex = '']) => ({
      address: Number.parseInt(address, 16),
      length: hex.trim().split(' ').length,
    }));
}
