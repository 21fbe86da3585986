import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as build from './build.ts';
import { disassemble } from './disassembler.ts';
import { EncodeError, MalformedProgramError } from './errors.ts';
import { decode, encode, type Insn, immediate64, slotIndexes } from './instruction.ts';
import { instructionSet } from './instruction-set/lookup.ts';
import { validInsn } from './testing.ts';

describe('encode and decode', () => {
  it('are inverse for every valid program', () => {
    fc.assert(
      fc.property(fc.array(validInsn), (insns) => {
        expect(decode(encode(insns))).toEqual(insns);
      }),
    );
  });

  it('decodes arbitrary bytes or throws MalformedProgramError, and encodes back what it decoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        let insns: Insn[];
        try {
          insns = decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedProgramError);
          return;
        }
        expect(encode(insns)).toEqual(bytes);
      }),
    );
  });

  it.each([
    ['95000000000000', 0, 'has 7 of 8 bytes'],
    ['9500000000000000' + '1801000001000000', 8, 'lacks its second half'],
    ['18010000010000000500000000000000', 8, 'second half'],
    ['ff00000000000000', 0, 'opcode 0xff is no BPF instruction'],
    ['9500000001000000', 0, 'opcode 0x95 has imm 1, allowed: 0'],
    ['bf1b000000000000', 0, 'opcode 0xbf has dst 11, allowed: r0 to r10'],
    ['bf21070000000000', 0, 'offset 7, allowed: 0, 8, 16, 32'],
    ['18710000000000000000000000000000', 0, 'src 7, allowed: 0, 1, 2, 3, 4, 5, 6'],
    ['db21000002000000', 0, 'imm 2'],
    ['c321000000000000'.replace('c3', 'cb'), 0, 'imm 0, allowed: 256, 272'],
  ])('rejects %s', (hexText, offset, message) => {
    const bytes = new Uint8Array(Buffer.from(hexText, 'hex'));
    expect(() => decode(bytes)).toThrow(message);
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ name: 'MalformedProgramError', offset }));
  });

  it('rejects fields that do not fit', () => {
    expect(() => encode([build.exit(), build.jump(32768)])).toThrow(EncodeError);
    expect(() => encode([build.exit(), build.jump(32768)])).toThrow(
      'instruction 1: offset 32768 is outside -32768 … 32767',
    );
    expect(() => encode([build.mov64Imm(0, 2 ** 31)])).toThrow('imm 2147483648');
    expect(() => encode([{ ...build.exit(), high: 0 }])).toThrow('disagree');
  });

  it('reads a program that lies inside a larger buffer', () => {
    const buffer = new Uint8Array(24);
    buffer.set(encode([build.mov64Imm(3, -2)]), 9);
    expect(decode(buffer.subarray(9, 17))).toEqual([build.mov64Imm(3, -2)]);
  });
});

describe('slots and immediates', () => {
  it('counts two slots for 64-bit immediates', () => {
    expect(slotIndexes([build.exit(), build.ldImm64(1, 5n), build.exit()])).toEqual([0, 1, 3, 4]);
  });

  it('keeps all 64 bits', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (value) => immediate64(build.ldImm64(1, value)) === value,
      ),
    );
    expect(immediate64(build.ldImm64(1, -2n))).toBe(0xfffffffffffffffen);
  });
});

describe('constructors', () => {
  it.each<[Insn, string]>([
    [build.mov64(1, 2), 'r1 = r2'],
    [build.mov64Imm(1, -2), 'r1 = -2'],
    [build.mov32(1, 2), 'w1 = w2'],
    [build.mov32Imm(1, 7), 'w1 = 7'],
    [build.movSigned64(1, 2, 32), 'r1 = (s32)r2'],
    [build.movSigned32(1, 2, 8), 'w1 = (s8)w2'],
    [build.alu64('arsh', 1, 2), 'r1 s>>= r2'],
    [build.alu64Imm('sdiv', 1, 3), 'r1 s/= 3'],
    [build.alu32('smod', 1, 2), 'w1 s%= w2'],
    [build.alu32Imm('or', 1, 3), 'w1 |= 3'],
    [build.neg64(4), 'r4 = -r4'],
    [build.neg32(4), 'w4 = -w4'],
    [build.byteSwap(1, 64), 'r1 = bswap64 r1'],
    [build.toBigEndian(1, 16), 'r1 = be16 r1'],
    [build.toLittleEndian(1, 32), 'r1 = le32 r1'],
    [build.load(1, 2, 3, -4), 'r2 = *(u8 *)(r3 -4)'],
    [build.loadSigned(4, 2, 3, 4), 'r2 = *(s32 *)(r3 +4)'],
    [build.store(8, 10, -8, 1), '*(u64 *)(r10 -8) = r1'],
    [build.storeImm(2, 10, -8, 1), '*(u16 *)(r10 -8) = 1'],
    [build.atomic('add', 8, 1, 0, 2), 'lock *(u64 *)(r1 +0) += r2'],
    [build.atomicFetch('and', 4, 1, 0, 2), 'r2 = atomic_fetch_and((u32 *)(r1 +0), r2)'],
    [build.atomicExchange(8, 1, 0, 2), 'r2 = atomic64_xchg((u64 *)(r1 +0), r2)'],
    [build.atomicCompareExchange(8, 1, 0, 2), 'r0 = atomic64_cmpxchg((u64 *)(r1 +0), r0, r2)'],
    [build.loadAcquire(8, 1, 2, 8), 'r1 = load_acquire((u64 *)(r2 +8))'],
    [build.storeRelease(4, 1, 8, 2), 'store_release((u32 *)(r1 +8), r2)'],
    [build.ldImm64(1, 0x123456789n), 'r1 = 0x123456789 ll'],
    [build.ldMapFd(1, 3), 'r1 = map[fd:3] ll'],
    [build.ldMapValue(1, 3, 8), 'r1 = map[fd:3][0]+8 ll'],
    [build.ldBtfId(1, 3, 8), 'r1 = btf[fd:8,id:3] ll'],
    [build.ldFunction(1, 12), 'r1 = subprog[+12] ll'],
    [build.ldMapIndex(1, 2), 'r1 = map[idx:2] ll'],
    [build.ldMapIndexValue(1, 2, 0), 'r1 = map[idx:2][0]+0 ll'],
    [build.jump(-1), 'goto pc-1'],
    [build.jumpLong(1), 'gotol pc+1'],
    [build.jumpCond('sle', 64, 1, 2, 3), 'if r1 s<= r2 goto pc+3'],
    [build.jumpCondImm('set', 32, 1, 2, 3), 'if w1 & 0x2 goto pc+3'],
    [build.mayGoto(2), 'may_goto pc+2'],
    [build.call(5), 'call bpf_ktime_get_ns#5'],
    [build.callLocal(3), 'call pc+3'],
    [build.callKfunc(77), 'call kfunc#77'],
    [build.exit(), 'exit'],
  ])('%o is %s', (insn, text) => {
    expect(disassemble([insn])).toEqual([text]);
  });
});

describe('the instruction set', () => {
  it('has every opcode that RFC 9669 defines, counted per class', () => {
    const opcodes = new Set(instructionSet.map(({ opcode }) => opcode));
    const inClass = (bits: number): number => [...opcodes].filter((opcode) => (opcode & 7) === bits).length;
    // LD: lddw, 3 abs, 3 ind. LDX: 4 mem, 3 memsx. ST: 4. STX: 4 mem, 4 atomic sizes (1 and 2 for acquire/release).
    expect([0, 1, 2, 3].map(inClass)).toEqual([7, 7, 4, 8]);
    // ALU: 12 codes × 2 sources, neg, end × 2; ALU64: end once.
    expect([inClass(4), inClass(7)]).toEqual([27, 26]);
    // JMP: 11 × 2, ja, call, exit, may_goto; JMP32: 11 × 2, ja.
    expect([inClass(5), inClass(6)]).toEqual([26, 23]);
  });
});
