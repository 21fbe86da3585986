import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble } from './assembler.ts';
import { disassemble } from './disassembler.ts';
import { AssemblyError } from './errors.ts';
import { encode } from './instruction.ts';
import { instructionSet } from './instruction-set/lookup.ts';
import { insnOf, validInsn } from './testing.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const assembled = (text: string): string => hex(assemble(text).bytes);

describe('round trip', () => {
  it('gives every instruction of the set back from its text', () => {
    for (const entry of instructionSet) {
      for (const insn of fc.sample(insnOf(entry), { numRuns: 5, seed: 1 })) {
        const [text = ''] = disassemble([insn]);
        expect(assembled(text), text).toBe(hex(encode([insn])));
      }
    }
  });

  it('gives random programs back, also from numbered text', () => {
    fc.assert(
      fc.property(fc.array(validInsn, { minLength: 1, maxLength: 20 }), fc.boolean(), (insns, numbered) => {
        const bytes = encode(insns);
        expect(assembled(disassemble(bytes, { numbered }).join('\n'))).toBe(hex(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('normalises text', () => {
    const text =
      'r1=*( u32* )( r6+8 ) ; a comment\n\n# another\n  w1 = *(u8 *)(r2) // LLVM style\nif r1 s< -0x1 goto +0';
    const normal = ['r1 = *(u32 *)(r6 +8)', 'r1 = *(u8 *)(r2 +0)', 'if r1 s< 0xffffffff goto pc+0'];
    expect(disassemble(assemble(text).bytes)).toEqual(normal);
    expect(disassemble(assemble(normal.join('\n')).bytes)).toEqual(normal);
  });
});

/** Encodings written by LLVM 14 (`llvm-mc -triple bpfel -mcpu=v3 -show-encoding`). */
const byLlvm: readonly (readonly [text: string, encoding: string])[] = [
  ['r1 = *(u32 *)(r6 + 8)', '6161080000000000'],
  ['r0 = be16 r0', 'dc00000010000000'],
  ['lock *(u64 *)(r1 + 0) += r2', 'db21000000000000'],
  ['w1 s>>= 3', 'c401000003000000'],
  ['if w1 s< 5 goto +3', 'c601030005000000'],
  ['r1 = 4660 ll', '18010000341200000000000000000000'],
  ['call 5', '8500000005000000'],
  ['exit', '9500000000000000'],
  ['r0 = -r0', '8700000000000000'],
];

/** Encodings worked out by hand from the tables of RFC 9669, and from linux/bpf.h for acquire, release, may_goto. */
const byHand: readonly (readonly [text: string, encoding: string])[] = [
  ['r1 s/= r2', '3f21010000000000'],
  ['w3 s%= -7', '94030100f9ffffff'],
  ['r1 = (s8)r2', 'bf21080000000000'],
  ['r4 = (s32)r5', 'bf54200000000000'],
  ['w1 = (s16)w2', 'bc21100000000000'],
  ['r7 = bswap32 r7', 'd707000020000000'],
  ['r7 = le64 r7', 'd407000040000000'],
  ['r2 = *(s16 *)(r10 -4)', '89a2fcff00000000'],
  ['*(u16 *)(r10 -2) = -5', '6a0afefffbffffff'],
  ['r3 = atomic64_fetch_add((u64 *)(r1 +16), r3)', 'db31100001000000'],
  ['r3 = atomic_fetch_xor((u32 *)(r1 +16), r3)', 'c3311000a1000000'],
  ['r3 = atomic64_xchg((u64 *)(r1 +0), r3)', 'db310000e1000000'],
  ['r0 = atomic_cmpxchg((u32 *)(r1 +0), r0, r4)', 'c3410000f1000000'],
  ['r3 = load_acquire((u16 *)(r1 +2))', 'cb13020000010000'],
  ['store_release((u8 *)(r1 +2), r3)', 'd331020010010000'],
  ['gotol pc+70000', '0600000070110100'],
  ['may_goto pc+4', 'e500040000000000'],
  ['if r2 & 0x10 goto pc-1', '4502ffff10000000'],
  ['if w2 != w3 goto pc+4', '5e32040000000000'],
  ['call pc+5', '8510000005000000'],
  ['call kfunc#1234', '85200000d2040000'],
  ['call kfunc[idx:2]#1234', '85200200d2040000'],
  ['call bpf_map_lookup_elem#1', '8500000001000000'],
  ['r1 = map[fd:3] ll', '18110000030000000000000000000000'],
  ['r1 = map[fd:3][0]+16 ll', '18210000030000000000000010000000'],
  ['r1 = btf[id:9] ll', '18310000090000000000000000000000'],
  ['r1 = subprog[+5] ll', '18410000050000000000000000000000'],
  ['r1 = map[idx:3] ll', '18510000030000000000000000000000'],
  ['r1 = map[idx:3][0]+16 ll', '18610000030000000000000010000000'],
  ['r1 = 0xfedcba9876543210 ll', '18010000103254760000000098badcfe'],
  ['r0 = *(u8 *)skb[23]', '3000000017000000'],
  ['r0 = *(u32 *)skb[r2 + 5]', '4020000005000000'],
];

describe('encodings', () => {
  it.each([...byLlvm, ...byHand])('%s', (text, encoding) => {
    expect(assembled(text)).toBe(encoding);
  });
});

describe('labels and ways of writing', () => {
  it('counts slots, two for a 64-bit immediate', () => {
    const text =
      'again: r1 = 5 ll\nif r1 > 3 goto done\ngoto again\ncall f\ndone:\nexit\nf: r2 = subprog[f] ll\nexit';
    expect(disassemble(assemble(text).bytes)).toEqual([
      'r1 = 0x5 ll',
      'if r1 > 0x3 goto pc+2',
      'goto pc-4',
      'call pc+1',
      'exit',
      'r2 = subprog[-1] ll',
      'exit',
    ]);
    expect(assemble(text).lines).toEqual([1, 2, 3, 4, 6, 7, 8]);
  });

  it('takes helpers by name and number', () => {
    for (const text of [
      'call 1',
      'call bpf_map_lookup_elem',
      'call bpf_map_lookup_elem#1',
      'call unknown#1',
    ]) {
      expect(assembled(text), text).toBe('8500000001000000');
    }
    expect(disassemble(assemble('call 4711').bytes)).toEqual(['call unknown#4711']);
  });

  it('reads lines of a verifier log', () => {
    const log =
      '0: (b7) r1 = 0\n1: (63) *(u32 *)(r10 -4) = r1         ; R1=0 R10=fp0\n2: (85) call bpf_ktime_get_ns#5\n3: (95) exit';
    expect(assembled(log)).toBe('b701000000000000631afcff0000000085000000050000009500000000000000');
  });
});

describe('errors name line and column', () => {
  it.each([
    ['r1 = r2\nr1 +=', 2, 6, 'not complete; expected a number or a register r0 to r10'],
    ['r11 = 1', 1, 1, 'no register r11'],
    ['r1 = w2', 1, 6, 'unexpected `w2`'],
    ['r1 += 0x100000000', 1, 7, 'out of range'],
    ['r1 = *(u32 *)(r2 +40000)', 1, 18, 'out of range'],
    ['goto nowhere', 1, 6, '`nowhere` is not defined'],
    ['a: exit\na: exit', 2, 1, 'defined twice'],
    ['r1 = -r2', 1, 7, 'the same register'],
    ['r1 = atomic_cmpxchg((u32 *)(r1 +0), r0, r4)', 1, 1, 'must be r0'],
    ['exit exit', 1, 6, 'expected the end of the line'],
    ['r1 = 12ab', 1, 6, 'unexpected `12ab`'],
    ['r1 = "x"', 1, 6, 'unexpected `"x"`'],
    ['call bpf_loop#5', 1, 15, 'bpf_loop is helper 181, not 5'],
    ['call', 1, 5, 'not complete'],
    ['r1 = map[fd:', 1, 13, 'expected a number'],
  ])('%s', (text, line, column, message) => {
    const error = catchError(() => assemble(text));
    expect(error).toBeInstanceOf(AssemblyError);
    expect(error).toMatchObject({ line, column });
    expect(String(error)).toContain(message);
  });

  it('reports a label that is too far for a 16-bit jump', () => {
    const text = ['goto far', ...Array.from({ length: 32768 }, () => 'r0 = 0'), 'far: exit'].join('\n');
    expect(() => assemble(text)).toThrow(/1:6: 32768 is out of range: -32768 to 32767 slots/);
    expect(assemble(text.replace('goto', 'gotol')).insns[0]).toMatchObject({ opcode: 0x06, imm: 32768 });
  });

  it('fails on any text only with an AssemblyError', () => {
    const scrap = fc.constantFrom(
      'r1',
      'w2',
      '=',
      '(',
      ')',
      '*',
      'u32',
      'if',
      'goto',
      'call',
      '#',
      '[',
      'pc',
      '+',
      '-',
      '5',
      'll',
      'x',
      ':',
      's>',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 12 }), (parts) => {
        const error = catchError(() => assemble(parts.join(' ')));
        expect(error === undefined || error instanceof AssemblyError).toBe(true);
      }),
    );
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
