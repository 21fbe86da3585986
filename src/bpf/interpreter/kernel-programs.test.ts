/**
 * Programs with maps, helpers and callbacks, run in the kernel and in the interpreter: what they note down in the
 * `out` map must be the same bytes. Error numbers, sizes and paddings of helpers are thus the kernel's, not ours.
 */
import { describe, expect, it } from 'vitest';
import { Attr, cString } from '../../kernel/attr.ts';
import { BpfCommand } from '../../kernel/bpf-constants.ts';
import { type BpfMap, createMap } from '../../kernel/bpf-map.ts';
import { BpfProgram } from '../../kernel/bpf-program.ts';
import { type Fd, ownFd } from '../../kernel/fd.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { nativeKernel } from '../../kernel/native.ts';
import type { MapSpec } from '../../program/program.ts';
import { assemble } from '../assembler.ts';
import { encode, type Insn, isWide, slotIndexes } from '../instruction.ts';
import { findEntry } from '../instruction-set/lookup.ts';
import { wideSource } from '../opcode.ts';
import { cases, out, prologue } from './kernel-programs.cases.ts';
import { Machine } from './machine.ts';

/** `map[idx:N]` becomes the descriptor of map N. */
function withDescriptors(insns: readonly Insn[], maps: readonly BpfMap[]): Uint8Array {
  return encode(
    insns.map((insn) => {
      if (!isWide(insn) || insn.src < wideSource.mapIdx) return insn;
      return {
        ...insn,
        src: insn.src === wideSource.mapIdx ? wideSource.mapFd : wideSource.mapValue,
        imm: maps[insn.imm]?.fd ?? -1,
      };
    }),
  );
}

/** First slots of the main program and of all functions that it calls or takes the address of. */
function functionSlots(insns: readonly Insn[]): number[] {
  const slots = slotIndexes(insns);
  const targets = insns.flatMap((insn, i) => {
    const kind = findEntry(insn)?.operation.kind;
    return kind === 'call-local' || kind === 'load-function' ? [(slots[i] ?? 0) + 1 + insn.imm] : [];
  });
  return [...new Set([0, ...targets])].sort((a, b) => a - b);
}

const u32s = (...words: number[]): Uint8Array => new Uint8Array(Uint32Array.from(words).buffer);

/** BTF with [1] int, [2] int (), [3] func f: the least that callbacks need. */
function loadBtf(kernel: Kernel): Fd {
  const types = u32s(1, 1 << 24, 4, (1 << 24) | 32, 0, 13 << 24, 1, 5, 12 << 24, 2);
  const strings = cString('\0int\0f');
  const header = u32s(0x1eb9f, 24, 0, types.length, types.length, strings.length);
  const btf = new Uint8Array(Buffer.concat([header, types, strings]));
  const result = new Attr(kernel, 32).pointer(0, btf).u32(16, btf.length).bpf(BpfCommand.BPF_BTF_LOAD);
  return ownFd(kernel, result, 'BTF', 'bpf(BPF_BTF_LOAD)');
}

/** BPF_PROG_LOAD with func_info, without which the kernel takes no callbacks. */
function loadWithFunctions(kernel: Kernel, code: Uint8Array, functions: readonly number[]): BpfProgram {
  using btf = loadBtf(kernel);
  const log = new Uint8Array(1 << 20);
  const result = new Attr(kernel, 128)
    .u32(0, 17)
    .u32(4, code.length / 8)
    .pointer(8, code)
    .pointer(16, cString('GPL'))
    .u32(24, 1)
    .u32(28, log.length)
    .pointer(32, log)
    .u32(72, btf.number)
    .u32(76, 8)
    .pointer(80, u32s(...functions.flatMap((slot) => [slot, 3])))
    .u32(88, functions.length)
    .bpf(BpfCommand.BPF_PROG_LOAD);
  if (result < 0) throw new Error(`errno ${-result}: ${new TextDecoder().decode(log).replace(/\0+$/, '')}`);
  const source = { name: 'programs', type: 'raw_tracepoint' } as const;
  return new BpfProgram(kernel, ownFd(kernel, result, 'program', 'bpf(BPF_PROG_LOAD)'), source);
}

function runInKernel(
  insns: readonly Insn[],
  specs: readonly MapSpec[],
): { result: number; noted: Uint8Array } {
  const kernel = nativeKernel();
  const maps = specs.map((spec) => createMap(kernel, spec));
  try {
    specs.forEach(({ initial, valueSize, readOnly }, i) => {
      if (initial) maps[i]?.update(new Uint8Array(4), Buffer.concat([initial], valueSize));
      if (readOnly) maps[i]?.freeze();
    });
    const code = withDescriptors(insns, maps);
    using program = loadWithFunctions(kernel, code, functionSlots(insns));
    const { returned } = program.testRun(new Uint8Array(8));
    return { result: returned, noted: maps[0]?.lookup(new Uint8Array(4)) ?? new Uint8Array() };
  } finally {
    for (const map of maps) map.close();
  }
}

describe('the same program in kernel and interpreter', () => {
  it.each(cases)('$name', ({ maps = [], code }) => {
    const specs = [out, ...maps];
    const ending = code.includes('exit') ? '' : '\nr0 = 0\nexit';
    const { insns, bytes } = assemble(prologue + code + ending);
    const machine = new Machine({ maps: specs });
    const result = machine.run(bytes, [], { args: [0n] });
    const reference = runInKernel(insns, specs);
    expect(BigInt.asUintN(32, result)).toBe(BigInt(reference.result >>> 0));
    const noted = machine.maps[0]?.values(new Uint8Array(4))?.[0] ?? new Uint8Array();
    expect(words(noted)).toEqual(words(reference.noted));
    // The reference itself has noted something: the case did run.
    expect(reference.noted.some((byte) => byte !== 0)).toBe(true);
  });
});

const words = (bytes: Uint8Array): string[] =>
  Array.from(
    { length: bytes.length / 8 },
    (_, i) => `+${i * 8}: ${Buffer.from(bytes.subarray(i * 8, i * 8 + 8)).toString('hex')}`,
  );
