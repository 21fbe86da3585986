/**
 * What a program that does nothing takes by the kernel's statistics: the reads of the clock that are in every figure,
 * and the call. Empty programs are attached beside the tracer, one in each way that tracers attach, and run at the
 * same events, so that what is taken off was measured in the same weather.
 */
import { UserBinaries } from '../../src/host/user-binaries.ts';
import { BpfAttachType } from '../../src/kernel/bpf-constants.ts';
import { type BpfProgram, loadProgram, type ProgramSource } from '../../src/kernel/bpf-program.ts';
import { kernelBtf } from '../../src/kernel/kernel-btf.ts';
import { attachTracing, attachUprobeMulti, type Link } from '../../src/kernel/link.ts';
import { returnValue } from '../../src/kernel/mini-code.ts';
import { nativeKernel } from '../../src/kernel/native.ts';
import { programInfo } from '../../src/kernel/object-info.ts';
import { openPerfEvent } from '../../src/kernel/perf-event.ts';
import { openTracefs } from '../../src/kernel/tracefs.ts';
import type { EventType, Runs } from './run-statistics.ts';
import type { Loop, Workload } from './workload.ts';

const kernel = nativeKernel();

interface Way {
  readonly source: Pick<ProgramSource, 'type' | 'expectedAttachType' | 'attachBtfId'>;
  readonly attach: (program: BpfProgram) => Link;
  /** Programs of which it is the measure. */
  readonly types: readonly EventType[];
}

const onSysEnter = (): Way => ({
  source: {
    type: 'tracing',
    expectedAttachType: BpfAttachType.BPF_TRACE_RAW_TP,
    attachBtfId: kernelBtf()?.find('btf_trace_sys_enter', 'typedef') ?? 0,
  },
  attach: (program) => attachTracing(kernel, program, 'sys_enter'),
  types: ['tracing', 'rawTracepoint'],
});

const onRecord = (call: string): Way => ({
  source: { type: 'tracepoint' },
  attach: (program) => {
    const id = openTracefs(kernel).eventId('syscalls', `sys_enter_${call}`) ?? 0;
    const event = { kind: 'tracepoint', id, name: `syscalls:sys_enter_${call}` } as const;
    return openPerfEvent(kernel, event, { cpu: 0 }).attach(program);
  },
  types: ['tracepoint'],
});

const onFunction = (path: string): Way => ({
  source: { type: 'kprobe', expectedAttachType: BpfAttachType.BPF_TRACE_UPROBE_MULTI },
  attach: (program) => {
    const binaries = new UserBinaries();
    const offsets = binaries.functions(path, 'traced_function').map(({ offset }) => offset);
    binaries.close();
    return attachUprobeMulti(kernel, program, { path, return: false, offsets });
  },
  types: ['kprobe'],
});

/** The system call that a loop makes; `call` makes none. */
const calls: Readonly<Record<Loop, string | undefined>> = {
  read: 'read',
  mixed: 'read',
  lseek: 'lseek',
  open: 'openat',
  call: undefined,
};

/** Attached until it is disposed of. */
export class EmptyPrograms implements Disposable {
  readonly #attached: readonly { readonly way: Way; readonly program: BpfProgram; readonly link: Link }[];

  constructor(loop: Loop, workload: Workload) {
    const call = calls[loop];
    const ways = call === undefined ? [onFunction(workload.path)] : [onSysEnter(), onRecord(call)];
    this.#attached = ways.map((way) => {
      const source = { name: 'empty', code: returnValue(0), license: 'GPL', ...way.source };
      const program = loadProgram(kernel, source);
      return { way, program, link: way.attach(program) };
    });
  }

  /** Nanoseconds that the tracer's programs take while `run` runs, less what empty ones take. */
  netTimeNs(runs: () => Runs, run: () => unknown): number {
    const infos = () => this.#attached.map(({ program }) => programInfo(kernel, program.fd));
    const [empties, before] = [infos(), runs()];
    run();
    const [emptiesAfter, after] = [infos(), runs()];
    const emptyNs = this.#attached.map(({ way: { types } }, i) => {
      const [from, to] = [empties[i]!, emptiesAfter[i]!];
      const perRun = Number(to.runTimeNs - from.runTimeNs) / Math.max(1, Number(to.runCount - from.runCount));
      return types.reduce((sum, type) => sum + (after.counts[type] - before.counts[type]) * perRun, 0);
    });
    return after.timeNs - before.timeNs - emptyNs.reduce((a, b) => a + b, 0);
  }

  [Symbol.dispose](): void {
    for (const { program, link } of this.#attached) {
      link.close();
      program.close();
    }
  }
}
