/**
 * Which events of perf_event_open(2) programs are attached to, and their packing into `struct perf_event_attr`
 * (linux/perf_event.h). Kernel and user probes are dynamic PMUs, whose numbers are in sysfs; see probe-pmu.ts.
 */
import { Attr, cString } from './attr.ts';
import { Errno } from './errno.ts';
import { UnsupportedFeatureError } from './errors.ts';
import type { Kernel } from './kernel.ts';
import { kernelProbePmu } from './probe-pmu.ts';

export type PerfEventSpec =
  /** `event` is PERF_COUNT_SW_* or PERF_COUNT_HW_*. */
  | { readonly kind: 'software' | 'hardware'; readonly event: number; readonly rate: SampleRate }
  /** `id` from the event's `id` file in tracefs. */
  | { readonly kind: 'tracepoint'; readonly id: number; readonly name: string }
  /** Accesses to memory, by debug register. */
  | {
      readonly kind: 'breakpoint';
      readonly address: bigint;
      readonly length: number;
      readonly mode: 'r' | 'w' | 'rw' | 'x';
    }
  /** Without a symbol, `offset` is an address. */
  | { readonly kind: 'kprobe'; readonly symbol: string; readonly offset: bigint; readonly return: boolean }
  | {
      readonly kind: 'uprobe';
      readonly path: string;
      readonly offset: bigint;
      readonly return: boolean;
      readonly semaphoreOffset?: bigint;
    };

/** One sample every so many events (nanoseconds for the clocks), or so many a second. */
export type SampleRate = { readonly period: bigint } | { readonly frequencyHz: bigint };

/** Whom to watch: a process on any CPU, everybody on one CPU, or a process on one CPU. */
export interface PerfScope {
  readonly pid?: number;
  readonly cpu?: number;
  /** Also what the process starts from now on. */
  readonly inherit?: boolean;
}

/** PERF_COUNT_SW_CPU_CLOCK: the timer that `interval` and `profile` run on. */
export const softwareCpuClock = 0;

const attrSize = 72;
/** Bit 1 of the flags word, which begins at offset 40. */
export const inheritFlag = { offset: 40, bit: 2 } as const;
const perfType = { hardware: 0, software: 1, tracepoint: 2, breakpoint: 5 } as const;
/** linux/hw_breakpoint.h */
const breakpointType = { r: 1, w: 2, rw: 3, x: 4 } as const;
/** The kernel wants sizeof(long) for execution. */
const executionLength = 8;
const flagDisabled = 1n << 0n;
const flagFrequency = 1n << 10n;
/** @throws UnsupportedFeatureError when the kernel has no such PMU. */
export function packPerfEvent(kernel: Kernel, spec: PerfEventSpec): Attr {
  const attr = new Attr(kernel, attrSize).u32(4, attrSize);
  switch (spec.kind) {
    case 'software':
    case 'hardware':
      return packRate(attr.u32(0, perfType[spec.kind]).u64(8, BigInt(spec.event)), spec.rate);
    case 'tracepoint':
      return attr.u32(0, perfType.tracepoint).u64(8, BigInt(spec.id)).u64(16, 1n).u64(40, flagDisabled);
    case 'breakpoint':
      return packBreakpoint(attr, spec);
    case 'kprobe':
      return packProbe(attr, spec, spec.symbol === '' ? undefined : cString(spec.symbol));
    case 'uprobe':
      return packProbe(attr, spec, cString(spec.path));
  }
}

function packRate(attr: Attr, rate: SampleRate): Attr {
  if ('period' in rate) return attr.u64(16, rate.period).u64(40, flagDisabled);
  return attr.u64(16, rate.frequencyHz).u64(40, flagDisabled | flagFrequency);
}

function packBreakpoint(attr: Attr, { address, length, mode }: PerfEventSpec & { kind: 'breakpoint' }): Attr {
  return attr
    .u32(0, perfType.breakpoint)
    .u64(16, 1n)
    .u64(40, flagDisabled)
    .u32(52, breakpointType[mode])
    .u64(56, address)
    .u64(64, BigInt(mode === 'x' ? executionLength : length));
}

function packProbe(
  attr: Attr,
  spec: PerfEventSpec & { kind: 'kprobe' | 'uprobe' },
  target: Uint8Array | undefined,
): Attr {
  const semaphore = spec.kind === 'uprobe' ? (spec.semaphoreOffset ?? 0n) : 0n;
  const pmu = kernelProbePmu(spec.kind);
  if (!pmu)
    throw new UnsupportedFeatureError(
      `${spec.kind}s`,
      `it has no "${spec.kind}" event source (CONFIG_${spec.kind.toUpperCase()}_EVENTS)`,
    );
  const returnBit = spec.return ? 1n << BigInt(pmu.returnBit) : 0n;
  if (semaphore !== 0n && pmu.semaphoreShift === undefined) {
    throw new UnsupportedFeatureError('USDT semaphores', 'they came with Linux 4.20');
  }
  const config = returnBit | (semaphore << BigInt(pmu.semaphoreShift ?? 0));
  return attr.u32(0, pmu.type).u64(8, config).u64(40, flagDisabled).pointer(56, target).u64(64, spec.offset);
}

/** For messages: `tracepoint sched:sched_switch`. */
export function describeEvent(spec: PerfEventSpec): string {
  switch (spec.kind) {
    case 'software':
    case 'hardware':
      return `${spec.kind} event ${spec.event}`;
    case 'tracepoint':
      return `tracepoint ${spec.name}`;
    case 'breakpoint':
      return `watchpoint 0x${spec.address.toString(16)}:${spec.length}:${spec.mode}`;
    case 'kprobe':
      return `${spec.return ? 'kretprobe' : 'kprobe'} ${placeOf(spec)}`;
    case 'uprobe':
      return `${spec.return ? 'uretprobe' : 'uprobe'} ${spec.path}+0x${spec.offset.toString(16)}`;
  }
}

const placeOf = ({ symbol, offset }: PerfEventSpec & { kind: 'kprobe' }) =>
  symbol === '' ? `0x${offset.toString(16)}` : `${symbol}+${offset}`;

/** What to do about an errno of perf_event_open. */
export function openRemedy(spec: PerfEventSpec, scope: PerfScope, errno: number): string | undefined {
  if (errno === Errno.EACCES || errno === Errno.EPERM) return 'This needs CAP_PERFMON (run as root)';
  if (errno === Errno.ESRCH) return `There is no process ${scope.pid}`;
  if (errno === Errno.ENODEV) return `CPU ${scope.cpu} is offline`;
  if (errno === Errno.EMFILE) return 'Too many open files: raise the limit (ulimit -n)';
  if (spec.kind === 'hardware')
    return 'This machine gives no access to hardware counters; virtual machines often do not';
  if (spec.kind === 'uprobe' && errno === Errno.ENOENT) return `The file ${spec.path} does not exist`;
  if (spec.kind === 'breakpoint') return breakpointRemedy(errno);
  if (spec.kind === 'kprobe' && errno === Errno.EILSEQ)
    return 'Possible attachment attempt in the middle of an instruction, try a different offset.';
  if (spec.kind === 'kprobe' && errno === Errno.EADDRNOTAVAIL)
    return `Several functions of the kernel are called ${spec.symbol}`;
  if (spec.kind === 'kprobe' && spec.symbol === '')
    return 'There is no instruction at this address, or the kernel forbids probes there';
  if (spec.kind === 'kprobe') return `The function ${spec.symbol} does not exist or cannot be probed`;
  return undefined;
}

function breakpointRemedy(errno: number): string | undefined {
  if (errno === Errno.ENOSPC)
    return 'All debug registers are in use: x86 has four, and debuggers use them too';
  if (errno === Errno.EINVAL)
    return 'The address must be a multiple of the length; user addresses need a process (-p or -c)';
  return undefined;
}
