/** The types of functions, read back by the BTF reader, and taken by the kernel. */
import { afterEach, describe, expect, it } from 'vitest';
import { Btf } from '../btf/btf.ts';
import { loadProgram } from '../kernel/bpf-program.ts';
import { VerifierError } from '../kernel/errors.ts';
import { openDescriptors } from '../kernel/fd.ts';
import { call, code, exit, insn, load64Immediate, movImmediate } from '../kernel/mini-code.ts';
import { nativeKernel } from '../kernel/native.ts';
import { functionInfo } from './function-info.ts';

const functions = [
  { name: 'begin_1_loop_1', instruction: 9, parameters: 2 },
  { name: 'begin_1', instruction: 0, parameters: 1 },
];

afterEach(() => expect(openDescriptors().map((fd) => fd.what)).toEqual([]));

describe('function info', () => {
  it('gives each function a prototype of its own', () => {
    const { btf, records, recordSize } = functionInfo(functions);
    const types = Btf.parse(btf);
    const ids = new Uint32Array(records.slice().buffer);
    expect(recordSize).toBe(8);
    expect([ids[0], ids[2]]).toEqual([0, 9]);
    expect([ids[1], ids[3]].map((id) => types.toC(id ?? 0))).toEqual([
      expect.stringMatching(/^(static )?int begin_1\(long a0\)/),
      expect.stringMatching(/^(static )?int begin_1_loop_1\(long a0, long a1\)/),
    ]);
  });

  const loop = (round: readonly number[]) =>
    code(
      movImmediate(1, 100),
      load64Immediate(2, 4, 5),
      movImmediate(3, 0),
      movImmediate(4, 0),
      call(181),
      exit(),
      round,
      exit(),
    );

  it('is what the kernel asks of a program with a callback', () => {
    const source = {
      name: 'f',
      type: 'raw_tracepoint',
      license: 'GPL',
      code: loop(movImmediate(0, 0)),
    } as const;
    const all = [
      { name: 'f', instruction: 0, parameters: 1 },
      { name: 'g', instruction: 7, parameters: 2 },
    ];
    using program = loadProgram(nativeKernel(), { ...source, functionInfo: functionInfo(all) });
    expect(program.testRun().returned).toBe(100);
    expect(() => loadProgram(nativeKernel(), source)).toThrow(/missing btf func_info/);
  });

  it('shortens names that the kernel would not take', () => {
    const long = `uprobe_${'long_'.repeat(200)}_1`;
    const all = [
      { name: long, instruction: 0, parameters: 1 },
      { name: `${long}_loop_1`, instruction: 7, parameters: 2 },
    ];
    const names = [...Btf.parse(functionInfo(all).btf).findAll('*', 'func')].map(({ name }) => name);
    expect(names.map(({ length }) => length)).toEqual([120, 120]);
    expect(new Set(names).size).toBe(2);
    const source = {
      name: 'f',
      type: 'raw_tracepoint',
      license: 'GPL',
      code: loop(movImmediate(0, 0)),
    } as const;
    using program = loadProgram(nativeKernel(), { ...source, functionInfo: functionInfo(all) });
    expect(program.testRun().returned).toBe(100);
  });

  it('does not hide what the verifier says, and leaves nothing open then', () => {
    const bad = loop(insn(0xbf, 0, 1, 0, 0));
    const source = { name: 'f', type: 'raw_tracepoint', license: 'GPL', code: bad } as const;
    const all = [
      { name: 'f', instruction: 0, parameters: 1 },
      { name: 'g', instruction: 7, parameters: 2 },
    ];
    expect(() => loadProgram(nativeKernel(), { ...source, functionInfo: functionInfo(all) })).toThrow(
      VerifierError,
    );
  });
});
