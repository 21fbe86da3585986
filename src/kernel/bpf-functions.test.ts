import { afterEach, expect, it } from 'vitest';
import { functionInfo } from '../loader/function-info.ts';
import { BpfCommand } from './bpf-constants.ts';
import { bpfFunctions } from './bpf-functions.ts';
import { loadProgram } from './bpf-program.ts';
import { Errno } from './errno.ts';
import { FakeKernel } from './fake-kernel.ts';
import { openDescriptors } from './fd.ts';
import { code, exit, insn, movImmediate, returnValue } from './mini-code.ts';
import { nativeKernel } from './native.ts';
import { programInfo } from './object-info.ts';

afterEach(() => expect(openDescriptors().map((fd) => fd.what)).toEqual([]));

/** The entry calls the function behind it. */
const twoFunctions = {
  code: code(insn(0x85, 0, 1, 0, 1), exit(), movImmediate(0, 3), exit()),
  functionInfo: functionInfo([
    { name: 'outer', instruction: 0, parameters: 1 },
    { name: 'inner', instruction: 2, parameters: 0 },
  ]),
};

it('finds the functions of a program by the names of its types', () => {
  const kernel = nativeKernel();
  const common = { name: 'kscope_test', type: 'raw_tracepoint', license: 'GPL' } as const;
  using program = loadProgram(kernel, { ...common, ...twoFunctions });
  using untyped = loadProgram(kernel, { ...common, code: returnValue(0) });
  const { id } = programInfo(kernel, program.fd);
  const found = bpfFunctions(kernel);
  const result = { size: 4, signed: true };
  expect(found.filter(({ programId }) => programId === id)).toMatchObject([
    { name: 'outer', result },
    { name: 'inner', result },
  ]);
  expect(found.some(({ programId }) => programId === programInfo(kernel, untyped.fd).id)).toBe(false);
});

it('does not mind a program that goes away while it is looked at', () => {
  const kernel = new FakeKernel();
  kernel.on(`bpf:${BpfCommand.BPF_PROG_GET_NEXT_ID}`, ([attr]) => {
    const view = new DataView((attr as Uint8Array).buffer);
    if (view.getUint32(0, true) !== 0) return -Errno.ENOENT;
    view.setUint32(4, 7, true);
    return 0;
  });
  kernel.fail(`bpf:${BpfCommand.BPF_PROG_GET_FD_BY_ID}`, Errno.ENOENT);
  expect(bpfFunctions(kernel)).toEqual([]);
});
