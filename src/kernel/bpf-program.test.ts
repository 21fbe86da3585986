import { afterEach, describe, expect, it } from 'vitest';
import { BpfCommand } from './bpf-constants.ts';
import { loadProgram, type ProgramSource } from './bpf-program.ts';
import { Errno } from './errno.ts';
import { SyscallError, VerifierError } from './errors.ts';
import { FakeKernel } from './fake-kernel.ts';
import { openDescriptors } from './fd.ts';
import { code, exit, load64, returnValue } from './mini-code.ts';
import { nativeKernel } from './native.ts';
import { parseVerifierLog } from './verifier-log.ts';

const source = (bytes: Uint8Array): ProgramSource => ({
  name: 't',
  type: 'raw_tracepoint',
  code: bytes,
  license: 'GPL',
});
const load = `bpf:${BpfCommand.BPF_PROG_LOAD}`;

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

afterEach(() => expect(openDescriptors().map((fd) => fd.what)).toEqual([]));

describe('a program in the kernel', () => {
  it('returns its value in a test run', () => {
    using program = loadProgram(nativeKernel(), source(returnValue(7)));
    expect(program.testRun().returned).toBe(7);
  });

  it('reads the context of a test run', () => {
    using program = loadProgram(nativeKernel(), source(code(load64(0, 1, 8), exit())));
    expect(program.testRun(new Uint8Array(BigUint64Array.of(1n, 99n).buffer)).returned).toBe(99);
    expect(() => program.testRun(new Uint8Array(8))).toThrow(/BPF_PROG_TEST_RUN.*EINVAL/);
  });

  it('names instruction and reason when the verifier rejects it', () => {
    const error = thrownBy(() => loadProgram(nativeKernel(), source(code(exit()))));
    expect(error).toBeInstanceOf(VerifierError);
    expect(error).toMatchObject({
      instruction: 0,
      summary: expect.stringMatching(/R0 !read_ok/),
      program: 't',
    });
    expect((error as Error).message).toMatch(/bug in kscope/);
  });
});

describe('a program in a fake kernel', () => {
  it('grows the log until it holds the whole story', () => {
    const kernel = new FakeKernel();
    const sizes: number[] = [];
    kernel.on(load, ([attr]) => {
      const view = new DataView((attr as Uint8Array).buffer);
      const size = view.getUint32(28, true);
      sizes.push(size);
      if (size === 0) return -Errno.EACCES;
      if (size < 1 << 20) return -Errno.ENOSPC;
      const text = new TextEncoder().encode(
        "3: (79) r0 = *(u64 *)(r6 +0)\nR6 invalid mem access 'scalar'\nprocessed 4 insns\n",
      );
      kernel.memory(view.getBigUint64(32, true))?.set(text);
      return -Errno.EACCES;
    });
    const error = thrownBy(() => loadProgram(kernel, source(returnValue(0))));
    expect(error).toMatchObject({ errno: Errno.EACCES, instruction: 3 });
    expect((error as VerifierError).summary).toContain('invalid mem access');
    expect(sizes).toEqual([0, 256 << 10, 4 << 20]);
  });

  it('is a system call error when there is no log', () => {
    const error = thrownBy(() =>
      loadProgram(new FakeKernel().fail(load, Errno.EPERM), source(returnValue(0))),
    );
    expect(error).toBeInstanceOf(SyscallError);
    expect((error as Error).message).toMatch(/program "t": EPERM \(operation not permitted\).*CAP_PERFMON/);
  });

  it('tries again when a signal interrupted the verifier, but not for ever', () => {
    const kernel = new FakeKernel().fail(load, Errno.EAGAIN, 3);
    loadProgram(kernel, source(returnValue(0))).close();
    expect(kernel.countOf(load)).toBe(4);
    expect(kernel.openNumbers.size).toBe(0);
    expect(() => loadProgram(new FakeKernel().fail(load, Errno.EAGAIN), source(returnValue(0)))).toThrow(
      /EAGAIN/,
    );
  });
});

describe('the verifier log', () => {
  it('is cut down to the complaint and its instruction', () => {
    const log =
      '0: R1=ctx() R10=fp0\n; a line\n0: (b7) r1 = 0\n1: (85) call bpf_foo#999\ninvalid func unknown#999\nprocessed 1 insns\n';
    const report = parseVerifierLog(log);
    expect(report.summary).toBe('1: (85) call bpf_foo#999 → invalid func unknown#999');
    expect(report.instruction).toBe(1);
    expect(report.omittedLines).toBe(3);
  });

  it.each(['', '\n\n', 'processed 0 insns'])('says so when it gives no reason: %j', (log) => {
    expect(parseVerifierLog(log)).toMatchObject({ summary: 'no reason given', instruction: undefined });
  });
});
