/**
 * The running kernel as the reference: random programs give the same result there and in the interpreter, and the
 * verifier's log writes instructions as our disassembler does. Needs the right to load BPF programs.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadProgram, type ProgramSource, verifierLog } from '../kernel/bpf-program.ts';
import { nativeKernel } from '../kernel/native.ts';
import * as build from './build.ts';
import { disassemble } from './disassembler.ts';
import { encode, type Insn } from './instruction.ts';
import { Machine } from './interpreter/machine.ts';
import type { AluOp, AtomicOp, CompareOp } from './opcode.ts';

const aluOps = [
  'add',
  'sub',
  'mul',
  'div',
  'sdiv',
  'or',
  'and',
  'lsh',
  'rsh',
  'mod',
  'smod',
  'xor',
  'mov',
  'arsh',
] as const satisfies readonly AluOp[];
const compareOps = [
  'eq',
  'gt',
  'ge',
  'set',
  'ne',
  'sgt',
  'sge',
  'lt',
  'le',
  'slt',
  'sle',
] as const satisfies readonly CompareOp[];
const atomicOps = ['add', 'or', 'and', 'xor'] as const satisfies readonly AtomicOp[];

/** r6 holds the context, r10 the frame; all others are free. */
const register = fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 8, 9);
const width = fc.constantFrom(32 as const, 64 as const);
const edges = [0, 1, -1, 2, 7, 0x7fffffff, -0x80000000, 255, -256];
const int32 = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: -0x80000000, max: 0x7fffffff }));
const edges64 = [
  0n,
  1n,
  2n ** 64n - 1n,
  2n ** 63n,
  2n ** 63n - 1n,
  2n ** 32n,
  2n ** 31n,
  2n ** 32n - 1n,
  0xdeadbeefn,
];
const int64 = fc.oneof(fc.constantFrom(...edges64), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));

/** The verifier refuses constant shifts by the width or more, and constant divisors of zero. */
function legalImm(op: AluOp, bits: 32 | 64, imm: number): number {
  if (op === 'lsh' || op === 'rsh' || op === 'arsh') return imm & (bits - 1);
  return imm === 0 && /div|mod/.test(op) ? 3 : imm;
}

const stackWords = 4;
const slotOf = (size: number) => fc.integer({ min: 1, max: (stackWords * 8) / size }).map((i) => -i * size);
const anySize = fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const);
const wordSize = fc.constantFrom(4 as const, 8 as const);

const computation: fc.Arbitrary<Insn> = fc.oneof(
  {
    arbitrary: fc
      .tuple(width, fc.constantFrom(...aluOps), register, register)
      .map(([bits, op, dst, src]) => build.alu(bits, op, dst, src)),
    weight: 4,
  },
  {
    arbitrary: fc
      .tuple(width, fc.constantFrom(...aluOps), register, int32)
      .map(([bits, op, dst, imm]) => build.aluImm(bits, op, dst, legalImm(op, bits, imm))),
    weight: 4,
  },
  { arbitrary: fc.tuple(width, register).map(([bits, dst]) => build.neg(bits, dst)), weight: 1 },
  {
    arbitrary: fc
      .tuple(register, register, fc.constantFrom(8 as const, 16 as const, 32 as const))
      .map(([dst, src, bits]) => build.movSigned64(dst, src, bits)),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(register, register, fc.constantFrom(8 as const, 16 as const))
      .map(([dst, src, bits]) => build.movSigned32(dst, src, bits)),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(
        fc.constantFrom(build.byteSwap, build.toBigEndian, build.toLittleEndian),
        register,
        fc.constantFrom(16 as const, 32 as const, 64 as const),
      )
      .map(([make, dst, bits]) => make(dst, bits)),
    weight: 2,
  },
  { arbitrary: fc.tuple(register, int64).map(([dst, value]) => build.ldImm64(dst, value)), weight: 1 },
);

const memory: fc.Arbitrary<Insn> = fc.oneof(
  anySize.chain((size) => fc.tuple(register, slotOf(size)).map(([dst, at]) => build.load(size, dst, 10, at))),
  fc
    .constantFrom(1 as const, 2 as const, 4 as const)
    .chain((size) =>
      fc.tuple(register, slotOf(size)).map(([dst, at]) => build.loadSigned(size, dst, 10, at)),
    ),
  anySize.chain((size) =>
    fc.tuple(register, slotOf(size)).map(([src, at]) => build.store(size, 10, at, src)),
  ),
  anySize.chain((size) =>
    fc.tuple(int32, slotOf(size)).map(([imm, at]) => build.storeImm(size, 10, at, imm)),
  ),
  wordSize.chain((size) =>
    fc
      .tuple(fc.constantFrom(...atomicOps), register, slotOf(size), fc.boolean())
      .map(([op, src, at, fetch]) => (fetch ? build.atomicFetch : build.atomic)(op, size, 10, at, src)),
  ),
  wordSize.chain((size) =>
    fc.tuple(register, slotOf(size)).map(([src, at]) => build.atomicExchange(size, 10, at, src)),
  ),
  fc.tuple(register, slotOf(8)).map(([src, at]) => build.atomicCompareExchange(8, 10, at, src)),
);

/**
 * The 32-bit form with an explicit zero extension: on x86-64 the verifier must add one, because a successful cmpxchg
 * leaves rax alone, and Linux 6.18 forgets to when r0 is only read in full on a path that was pruned.
 */
const compareExchange32: fc.Arbitrary<Insn[]> = fc
  .tuple(register, slotOf(4))
  .map(([src, at]) => [build.atomicCompareExchange(4, 10, at, src), build.mov32(0, 0)]);

/** A branch over the next one or two instructions. 64-bit immediates would make a distance of 1 illegal. */
const branch: fc.Arbitrary<Insn[]> = fc
  .tuple(
    width,
    fc.constantFrom(...compareOps),
    register,
    fc.oneof(
      register.map((src) => ({ src })),
      int32.map((imm) => ({ imm })),
    ),
    fc.array(memory, { minLength: 1, maxLength: 2 }),
  )
  .map(([bits, op, dst, operand, body]) => [
    'src' in operand
      ? build.jumpCond(op, bits, dst, operand.src, body.length)
      : build.jumpCondImm(op, bits, dst, operand.imm, body.length),
    ...body,
  ]);

/** Unknown values from the context in all registers and stack words, so that the verifier cannot work anything out. */
const prologue: readonly Insn[] = [
  build.mov64(6, 1),
  ...[0, 1, 2, 3, 4, 5, 7, 8, 9].map((dst, i) => build.load(8, dst, 6, (i % 4) * 8)),
  ...Array.from({ length: stackWords }, (_, i) => build.store(8, 10, -8 * (i + 1), i)),
];

/** All registers and stack words into r0's low half, which is what a test run gives back. */
const epilogue: readonly Insn[] = [
  ...[1, 2, 3, 4, 5, 7, 8, 9].flatMap((src) => [
    build.alu64Imm('mul', 0, 0x01000193),
    build.alu64('xor', 0, src),
  ]),
  ...Array.from({ length: stackWords }, (_, i) => [
    build.load(8, 1, 10, -8 * (i + 1)),
    build.alu64Imm('mul', 0, 0x01000193),
    build.alu64('xor', 0, 1),
  ]).flat(),
  build.mov64(1, 0),
  build.alu64Imm('rsh', 1, 32),
  build.alu64('xor', 0, 1),
  build.exit(),
];

const program = fc
  .array(
    fc.oneof(
      { arbitrary: computation.map((insn) => [insn]), weight: 8 },
      { arbitrary: memory.map((insn) => [insn]), weight: 3 },
      { arbitrary: compareExchange32, weight: 1 },
      { arbitrary: branch, weight: 1 },
    ),
    { minLength: 5, maxLength: 40 },
  )
  .map((parts) => [...prologue, ...parts.flat(), ...epilogue]);

const source = (code: Uint8Array): ProgramSource => ({
  name: 'differential',
  type: 'raw_tracepoint',
  code,
  license: 'GPL',
});

describe('the interpreter and the kernel', () => {
  it('give the same result for random programs', () => {
    const machine = new Machine({ maps: [] });
    fc.assert(
      fc.property(program, fc.array(int64, { minLength: 4, maxLength: 4 }), (insns, args) => {
        const code = encode(insns);
        using loaded = loadProgram(nativeKernel(), source(code));
        const { returned } = loaded.testRun(new Uint8Array(BigUint64Array.from(args).buffer));
        const simulated = BigInt.asUintN(32, machine.run(code, [], { args }));
        expect(simulated, disassemble(insns).join('\n')).toBe(BigInt(returned >>> 0));
      }),
      { numRuns: 150 },
    );
  });
});

describe('the disassembler and the verifier log', () => {
  it('write random programs alike', () => {
    fc.assert(
      fc.property(program, (insns) => {
        // The log of an accepted program is discarded; this one ends by loading from a number.
        const refused = [...insns.slice(0, -1), build.load(8, 0, 0, 0), build.exit()];
        const ours = disassemble(refused, { numbered: true }).map((line) => line.replace(/ ll$/, ''));
        const theirs = instructionsIn(verifierLog(nativeKernel(), source(encode(refused))));
        expect(theirs.size).toBeGreaterThan(prologue.length);
        for (const [slot, line] of theirs) expect(ours).toContain(`${slot}: ${line}`);
      }),
      { numRuns: 40 },
    );
  });
});

/** Lines of the log that are instructions, without the register states behind `;`. */
function instructionsIn(log: string): Map<string, string> {
  const lines = log.matchAll(/^(\d+): (\([0-9a-f]{2}\) .*?)\s*(?:;.*)?$/gm);
  return new Map([...lines].map(([, slot = '', text = '']) => [slot, text]));
}
