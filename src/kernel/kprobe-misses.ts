/**
 * Hits that a perf kprobe missed: for kretprobes those that found all of the kernel's places for return addresses
 * taken, for kprobes those inside another kprobe's handler. Kernels before 6.7 count them and tell nobody. The
 * counters are found where the kernel keeps them, from the descriptor of the event through its own structures:
 *
 *     task → files → fdt → fd[n] → file → perf_event → trace_event_call ⊂ trace_probe_event → trace_kprobe
 *
 * The offsets are the kernel's own, from its BTF; where BTF lacks one of these types, nothing is known.
 */
import type { Btf } from '../btf/btf.ts';
import { type BpfProgram, loadProgram } from './bpf-program.ts';
import type { FdNumber } from './fd.ts';
import type { Kernel } from './kernel.ts';
import {
  addImmediate,
  call,
  code,
  exit,
  insn,
  load64,
  movImmediate,
  movRegister,
  storeImmediate64,
} from './mini-code.ts';

const getCurrentTask = 35;
const probeReadKernel = 113;
/** Offset in the stack where reads arrive. */
const slot = -8;
const context = 1;
const frame = 10;
/** Registers that calls leave alone. */
const descriptor = 6;
const pointer = 7;
const entries = 8;
const returns = 9;

type Offsets = Readonly<Record<keyof typeof members, number>>;

const members = {
  files: ['task_struct', 'files'],
  fdt: ['files_struct', 'fdt'],
  fd: ['fdtable', 'fd'],
  privateData: ['file', 'private_data'],
  tpEvent: ['perf_event', 'tp_event'],
  call: ['trace_probe_event', 'call'],
  probes: ['trace_probe_event', 'probes'],
  list: ['trace_probe', 'list'],
  tp: ['trace_kprobe', 'tp'],
  rp: ['trace_kprobe', 'rp'],
  kp: ['kretprobe', 'kp'],
  missedReturns: ['kretprobe', 'nmissed'],
  missedEntries: ['kprobe', 'nmissed'],
} as const;

export class KprobeMisses implements Disposable {
  readonly #program: BpfProgram;

  private constructor(program: BpfProgram) {
    this.#program = program;
  }

  /** Undefined when this kernel's types do not show the way. @throws SyscallError, VerifierError */
  static open(kernel: Kernel, btf: Btf | undefined): KprobeMisses | undefined {
    const offsets = btf && offsetsOf(btf);
    if (offsets === undefined) return undefined;
    const source = { name: 'kscope_misses', type: 'raw_tracepoint', license: 'GPL' } as const;
    return new KprobeMisses(loadProgram(kernel, { ...source, code: walk(offsets) }));
  }

  /** Of one perf event of this process, up to 2³² − 1. */
  read(perfEvent: FdNumber): number {
    return this.#program.testRun(new Uint8Array(BigUint64Array.of(BigInt(perfEvent)).buffer)).returned;
  }

  close(): void {
    this.#program.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function offsetsOf(btf: Btf): Offsets | undefined {
  const found = Object.entries(members).map(([name, [struct, member]]) => {
    const id = btf.find(struct, 'struct');
    const place = id === undefined ? undefined : btf.findMember(id, member);
    return [name, place && place.bitOffset / 8] as const;
  });
  if (found.some(([, offset]) => offset === undefined)) return undefined;
  return Object.fromEntries(found) as Offsets;
}

function walk(o: Offsets): Uint8Array {
  const toProbe = -o.list - o.tp;
  return code(
    load64(descriptor, context, 0),
    call(getCurrentTask),
    movRegister(pointer, 0),
    ...follow(o.files),
    ...follow(o.fdt),
    ...follow(o.fd),
    // An array of pointers to files.
    movRegister(0, descriptor),
    shiftLeft(0, 3),
    add(pointer, 0),
    ...follow(0),
    ...follow(o.privateData),
    ...follow(o.tpEvent),
    ...follow(o.probes - o.call),
    ...read(toProbe + o.rp + o.kp + o.missedEntries, 8, entries),
    ...read(toProbe + o.rp + o.missedReturns, 4, returns),
    movRegister(0, entries),
    add(0, returns),
    exit(),
  );
}

/** To where the pointer at this offset from where we are leads. */
function follow(offset: number): readonly (readonly number[])[] {
  return read(offset, 8, pointer);
}

/** What cannot be read is zero, and so is all that follows. */
function read(offset: number, size: number, into: number): readonly (readonly number[])[] {
  return [
    storeImmediate64(frame, slot, 0),
    movRegister(1, frame),
    addImmediate(1, slot),
    movImmediate(2, size),
    movRegister(3, pointer),
    addImmediate(3, offset),
    call(probeReadKernel),
    load64(into, frame, slot),
  ];
}

const add = (to: number, from: number) => insn(0x0f, to, from);
const shiftLeft = (register: number, bits: number) => insn(0x67, register, 0, 0, bits);
