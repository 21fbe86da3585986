/**
 * Programs: loading and test runs. A load is first tried without a log, since writing one costs the verifier
 * several times the verification itself; only a refused program is verified again with it.
 */
import type { BpfProgramType } from '../program/program.ts';
import { Attr, cString } from './attr.ts';
import { BpfCommand, programTypeNumbers } from './bpf-constants.ts';
import { Errno } from './errno.ts';
import { SyscallError, VerifierError } from './errors.ts';
import { type Fd, type FdNumber, ownFd } from './fd.ts';
import type { Kernel } from './kernel.ts';
import { parseVerifierLog } from './verifier-log.ts';

export interface ProgramSource {
  readonly name: string;
  readonly type: BpfProgramType;
  /** Instructions, map references resolved. */
  readonly code: Uint8Array;
  readonly license: string;
  /** A number of BpfAttachType. */
  readonly expectedAttachType?: number;
  /** Type id in the kernel's BTF (type tracing), or in that of `attachFd`. */
  readonly attachBtfId?: number;
  /** BTF of a module (5.11), or another program (5.5): which of both, the kernel sees. */
  readonly attachFd?: FdNumber;
  /** Types of the functions of a program that has several. */
  readonly functionInfo?: {
    readonly btf: Uint8Array;
    /** Array of struct bpf_func_info. */
    readonly records: Uint8Array;
    readonly recordSize: number;
  };
}

const instructionSize = 8;
const attrSize = 128;
/** log_level 1: what the verifier does, instruction by instruction. */
const logLevel = 1;
const firstLogSize = 256 << 10;
const largestLogSize = 64 << 20;
/** The verifier answers EAGAIN when a signal is pending. */
const attempts = 5;

const loadRemedy: ReadonlyMap<number, string> = new Map([
  [
    Errno.EPERM,
    'Loading BPF programs needs CAP_BPF and CAP_PERFMON (run as root); kernel lockdown can forbid it too',
  ],
  [Errno.E2BIG, 'The program has more instructions than the kernel takes'],
  [Errno.EINVAL, 'The kernel does not know this kind of program or attachment'],
  [Errno.ENOMEM, 'The kernel has not enough memory for it'],
]);

/** @throws VerifierError when the verifier explains its refusal, SyscallError otherwise. */
export function loadProgram(kernel: Kernel, source: ProgramSource): BpfProgram {
  if (source.functionInfo === undefined) return loadWithTypes(kernel, source);
  // The program keeps the types alive itself.
  using types = loadTypes(kernel, source.name, source.functionInfo.btf);
  return loadWithTypes(kernel, { ...source, types: types.number });
}

function loadTypes(kernel: Kernel, name: string, bytes: Uint8Array): Fd {
  const result = new Attr(kernel, 32).pointer(0, bytes).u32(16, bytes.length).bpf(BpfCommand.BPF_BTF_LOAD);
  return ownFd(kernel, result, `types of program "${name}"`, 'bpf(BPF_BTF_LOAD)');
}

/** With the descriptor of the BTF that describes its functions. */
type TypedSource = ProgramSource & { readonly types?: FdNumber };

function loadWithTypes(kernel: Kernel, source: TypedSource): BpfProgram {
  const what = `${source.type} program "${source.name}"`;
  const result = tryLoad(kernel, source, undefined);
  if (result >= 0) return new BpfProgram(kernel, ownFd(kernel, result, what, ''), source);
  const { secondResult, log } = loadWithLog(kernel, source);
  if (secondResult >= 0) return new BpfProgram(kernel, ownFd(kernel, secondResult, what, ''), source);
  const report = parseVerifierLog(log);
  if (log.trim() !== '') throw new VerifierError(source.name, -result, report);
  throw new SyscallError(`bpf(BPF_PROG_LOAD) for ${what}`, -result, loadRemedy.get(-result));
}

/** The verifier's log of a program that loads, for `-v` and tests; the program is not kept. */
export function verifierLog(kernel: Kernel, source: ProgramSource): string {
  if (source.functionInfo === undefined) return logWithTypes(kernel, source);
  using types = loadTypes(kernel, source.name, source.functionInfo.btf);
  return logWithTypes(kernel, { ...source, types: types.number });
}

function logWithTypes(kernel: Kernel, source: TypedSource): string {
  const { secondResult, log } = loadWithLog(kernel, source);
  if (secondResult >= 0) kernel.close(secondResult);
  return log;
}

function loadWithLog(kernel: Kernel, source: TypedSource): { secondResult: number; log: string } {
  for (let size = firstLogSize; ; size *= 16) {
    const buffer = new Uint8Array(Math.min(size, largestLogSize));
    const secondResult = tryLoad(kernel, source, buffer);
    if (secondResult === -Errno.ENOSPC && size < largestLogSize) continue;
    const end = buffer.indexOf(0);
    return { secondResult, log: new TextDecoder().decode(buffer.subarray(0, end < 0 ? buffer.length : end)) };
  }
}

function tryLoad(kernel: Kernel, source: TypedSource, log: Uint8Array | undefined): number {
  for (let attempt = 1; ; attempt++) {
    const result = loadOnce(kernel, source, log);
    if (result !== -Errno.EAGAIN || attempt === attempts) return result;
  }
}

function loadOnce(kernel: Kernel, source: TypedSource, log: Uint8Array | undefined): number {
  const attr = new Attr(kernel, attrSize)
    .u32(0, programTypeNumbers[source.type])
    .u32(4, source.code.length / instructionSize)
    .pointer(8, source.code)
    .pointer(16, cString(source.license))
    .name(48, source.name)
    .u32(68, source.expectedAttachType ?? 0)
    .u32(108, source.attachBtfId ?? 0)
    .u32(112, source.attachFd ?? 0);
  const { functionInfo, types } = source;
  if (functionInfo !== undefined && types !== undefined) {
    const { records, recordSize } = functionInfo;
    attr
      .u32(72, types)
      .u32(76, recordSize)
      .pointer(80, records)
      .u32(88, records.length / recordSize);
  }
  if (log) attr.u32(24, logLevel).u32(28, log.length).pointer(32, log);
  return attr.bpf(BpfCommand.BPF_PROG_LOAD);
}

export interface TestRun {
  /** What the program returned. */
  readonly returned: number;
  /** Mean of the runs, as the kernel measures it; 0 for program types that are not measured. */
  readonly durationNs: number;
}

export class BpfProgram implements Disposable {
  readonly name: string;
  readonly type: BpfProgramType;
  readonly #kernel: Kernel;
  readonly #fd: Fd;

  constructor(kernel: Kernel, fd: Fd, { name, type }: Pick<ProgramSource, 'name' | 'type'>) {
    this.name = name;
    this.type = type;
    this.#kernel = kernel;
    this.#fd = fd;
  }

  get fd(): FdNumber {
    return this.#fd.number;
  }

  /**
   * Runs the program once, now, in this thread. For raw tracepoints (5.10) `context` are the u64 arguments, and
   * must cover all that the program reads.
   */
  testRun(context: Uint8Array = new Uint8Array(0)): TestRun {
    const attr = new Attr(this.#kernel, 80).u32(0, this.fd).u32(40, context.length).pointer(48, context);
    const result = attr.bpf(BpfCommand.BPF_PROG_TEST_RUN);
    if (result < 0) throw new SyscallError(`bpf(BPF_PROG_TEST_RUN) for program "${this.name}"`, -result);
    return { returned: attr.getU32(4), durationNs: attr.getU32(36) };
  }

  close(): void {
    this.#fd.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
