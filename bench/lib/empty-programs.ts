/**
 * What a program that does nothing takes by the kernel's statistics, for each way of attaching: the reads of the
 * clock that are in every figure, and the call. It is taken off what the tracers' programs take.
 */
import { UserBinaries } from '../../src/host/user-binaries.ts';
import { BpfAttachType } from '../../src/kernel/bpf-constants.ts';
import { type BpfProgram, loadProgram, type ProgramSource } from '../../src/kernel/bpf-program.ts';
import { kernelBtf } from '../../src/kernel/kernel-btf.ts';
import { attachTracing, attachUprobeMulti, type Link } from '../../src/kernel/link.ts';
import { returnValue } from '../../src/kernel/mini-code.ts';
import { nativeKernel } from '../../src/kernel/native.ts';
import { enableRunStatistics, programInfo } from '../../src/kernel/object-info.ts';
import { openPerfEvent } from '../../src/kernel/perf-event.ts';
import { openTracefs } from '../../src/kernel/tracefs.ts';
import type { EventType, Runs } from './run-statistics.ts';
import { median } from './statistics.ts';
import type { Workload } from './workload.ts';

const kernel = nativeKernel();
/** As the programs are measured: the median of slices. */
const sliceEvents = 5_000;
const slices = 20;

interface Way {
  readonly source: Pick<ProgramSource, 'type' | 'expectedAttachType' | 'attachBtfId'>;
  readonly attach: (program: BpfProgram) => Link;
  readonly loop: 'read' | 'call';
}

const onSysEnter = (): Way => ({
  source: {
    type: 'tracing',
    expectedAttachType: BpfAttachType.BPF_TRACE_RAW_TP,
    attachBtfId: kernelBtf()?.find('btf_trace_sys_enter', 'typedef') ?? 0,
  },
  attach: (program) => attachTracing(kernel, program, 'sys_enter'),
  loop: 'read',
});

const onRecord = (): Way => ({
  source: { type: 'tracepoint' },
  attach: (program) => {
    const id = openTracefs(kernel).eventId('syscalls', 'sys_enter_read') ?? 0;
    const event = { kind: 'tracepoint', id, name: 'syscalls:sys_enter_read' } as const;
    return openPerfEvent(kernel, event, { cpu: 0 }).attach(program);
  },
  loop: 'read',
});

const onFunction = (path: string): Way => ({
  source: { type: 'kprobe', expectedAttachType: BpfAttachType.BPF_TRACE_UPROBE_MULTI },
  attach: (program) => {
    const binaries = new UserBinaries();
    const offsets = binaries.functions(path, 'traced_function').map(({ offset }) => offset);
    binaries.close();
    return attachUprobeMulti(kernel, program, { path, return: false, offsets });
  },
  loop: 'call',
});

export type EmptyCosts = Readonly<Record<EventType, number>>;

export function measureEmptyPrograms(workload: Workload): EmptyCosts {
  using _counting = enableRunStatistics(kernel);
  const cost = (way: Way) => measure(way, workload);
  const tracing = cost(onSysEnter());
  return {
    tracing,
    rawTracepoint: tracing,
    tracepoint: cost(onRecord()),
    kprobe: cost(onFunction(workload.path)),
  };
}

function measure({ source, attach, loop }: Way, workload: Workload): number {
  using program = loadProgram(kernel, { name: 'empty', code: returnValue(0), license: 'GPL', ...source });
  using _link = attach(program);
  const costs = Array.from({ length: slices }, () => {
    const before = programInfo(kernel, program.fd);
    workload.loop(loop, sliceEvents);
    const after = programInfo(kernel, program.fd);
    return Number(after.runTimeNs - before.runTimeNs) / Number(after.runCount - before.runCount);
  });
  return median(costs);
}

/** Nanoseconds between two readings, less what empty programs would have taken. */
export function netTimeNs(before: Runs, after: Runs, empty: EmptyCosts): number {
  const types = Object.keys(empty) as EventType[];
  const emptyNs = types.reduce(
    (sum, type) => sum + (after.counts[type] - before.counts[type]) * empty[type],
    0,
  );
  return after.timeNs - before.timeNs - emptyNs;
}
