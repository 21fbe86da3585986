/**
 * perf_event_open(2), as far as programs are attached to it: clocks and counters, tracepoints by id, kernel and
 * user probes through their dynamic PMUs (type number and bit layout in /sys/bus/event_source/devices). A program
 * is tied to an event by a link, which can carry a cookie (5.15), or by ioctl on older kernels.
 */
import { Attr, cString } from './attr.ts';
import { BpfAttachType, BpfCommand } from './bpf-constants.ts';
import type { BpfProgram } from './bpf-program.ts';
import { Errno } from './errno.ts';
import { SyscallError, UnsupportedFeatureError } from './errors.ts';
import { closeAll, Fd, type FdNumber } from './fd.ts';
import type { Kernel } from './kernel.ts';
import { Link, linkAttr } from './link.ts';
import { probePmu } from './probe-pmu.ts';

export type PerfEventSpec =
  /** `event` is PERF_COUNT_SW_* or PERF_COUNT_HW_*. */
  | { readonly kind: 'software' | 'hardware'; readonly event: number; readonly rate: SampleRate }
  /** `id` from the event's `id` file in tracefs. */
  | { readonly kind: 'tracepoint'; readonly id: number; readonly name: string }
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
}

/** PERF_COUNT_SW_CPU_CLOCK: the timer that `interval` and `profile` run on. */
export const softwareCpuClock = 0;

const attrSize = 72;
const perfType = { hardware: 0, software: 1, tracepoint: 2 } as const;
const flagDisabled = 1n << 0n;
const flagFrequency = 1n << 10n;
const openCloexec = 8;
const IOC_ENABLE = 0x2400;
const IOC_SET_FILTER = 0x40082406;
const IOC_SET_BPF = 0x40042408;

/** The event, disabled. @throws SyscallError, or UnsupportedFeatureError when the kernel has no such PMU. */
export function openPerfEvent(kernel: Kernel, spec: PerfEventSpec, scope: PerfScope): PerfEvent {
  const attr = packPerfEvent(kernel, spec);
  const { pid = -1, cpu = -1 } = scope;
  const result = kernel.perfEventOpen(attr.bytes, pid, cpu, -1, openCloexec);
  const what = describe(spec);
  if (result < 0)
    throw new SyscallError(`perf_event_open for ${what}`, -result, remedy(spec, scope, -result));
  return new PerfEvent(kernel, new Fd(kernel, result, what), what);
}

function packPerfEvent(kernel: Kernel, spec: PerfEventSpec): Attr {
  const attr = new Attr(kernel, attrSize).u32(4, attrSize);
  switch (spec.kind) {
    case 'software':
    case 'hardware':
      return packRate(attr.u32(0, perfType[spec.kind]).u64(8, BigInt(spec.event)), spec.rate);
    case 'tracepoint':
      return attr.u32(0, perfType.tracepoint).u64(8, BigInt(spec.id)).u64(16, 1n).u64(40, flagDisabled);
    case 'kprobe':
      return packProbe(attr, spec, cString(spec.symbol), 0n);
    case 'uprobe':
      return packProbe(attr, spec, cString(spec.path), spec.semaphoreOffset ?? 0n);
  }
}

function packRate(attr: Attr, rate: SampleRate): Attr {
  if ('period' in rate) return attr.u64(16, rate.period).u64(40, flagDisabled);
  return attr.u64(16, rate.frequencyHz).u64(40, flagDisabled | flagFrequency);
}

function packProbe(
  attr: Attr,
  spec: PerfEventSpec & { kind: 'kprobe' | 'uprobe' },
  target: Uint8Array,
  semaphore: bigint,
): Attr {
  const pmu = probePmu(spec.kind);
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

/** An open event. */
export class PerfEvent implements Disposable {
  readonly what: string;
  readonly #kernel: Kernel;
  readonly #fd: Fd;

  constructor(kernel: Kernel, fd: Fd, what: string) {
    this.what = what;
    this.#kernel = kernel;
    this.#fd = fd;
  }

  get fd(): FdNumber {
    return this.#fd.number;
  }

  /**
   * Ties `program` to the event and enables it. From then on the returned link owns the event, also when this
   * throws. A cookie needs links to perf events (5.15).
   */
  attach(program: BpfProgram, cookie?: bigint): Link {
    const owned: Fd[] = [this.#fd];
    try {
      const link = this.#link(program, cookie);
      if (link) owned.unshift(link);
      else this.#ioctl(IOC_SET_BPF, program.fd, 'PERF_EVENT_IOC_SET_BPF');
      this.#ioctl(IOC_ENABLE, 0, 'PERF_EVENT_IOC_ENABLE');
      return new Link(this.what, owned);
    } catch (error) {
      closeAll(owned.toReversed());
      throw error;
    }
  }

  /** Filter expression of a tracepoint, once: `fd > 2 && count == 1`. It holds for samples, not for programs. */
  setFilter(filter: string): void {
    this.#ioctl(IOC_SET_FILTER, cString(filter), `PERF_EVENT_IOC_SET_FILTER "${filter}"`);
  }

  close(): void {
    this.#fd.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Undefined when this kernel has no links to perf events and no cookie asks for one. */
  #link(program: BpfProgram, cookie: bigint | undefined): Fd | undefined {
    const result = linkAttr(this.#kernel, program, this.#fd.number, BpfAttachType.BPF_PERF_EVENT)
      .u64(16, cookie ?? 0n)
      .bpf(BpfCommand.BPF_LINK_CREATE);
    if (result >= 0) return new Fd(this.#kernel, result, `link to ${this.what}`);
    if (result === -Errno.EINVAL && cookie === undefined) return undefined;
    throw new SyscallError(`bpf(BPF_LINK_CREATE) for ${this.what}`, -result, attachRemedy.get(-result));
  }

  #ioctl(request: number, argument: number | Uint8Array, name: string): void {
    const result = this.#kernel.ioctl(this.#fd.number, request, argument);
    if (result < 0)
      throw new SyscallError(`ioctl(${name}) on ${this.what}`, -result, attachRemedy.get(-result));
  }
}

const attachRemedy: ReadonlyMap<number, string> = new Map([
  [Errno.E2BIG, 'The kernel takes at most 64 programs an event'],
  [Errno.EPERM, 'Attaching needs CAP_PERFMON (run as root)'],
]);

function describe(spec: PerfEventSpec): string {
  switch (spec.kind) {
    case 'software':
    case 'hardware':
      return `${spec.kind} event ${spec.event}`;
    case 'tracepoint':
      return `tracepoint ${spec.name}`;
    case 'kprobe':
      return `${spec.return ? 'kretprobe' : 'kprobe'} ${spec.symbol}+${spec.offset}`;
    case 'uprobe':
      return `${spec.return ? 'uretprobe' : 'uprobe'} ${spec.path}+0x${spec.offset.toString(16)}`;
  }
}

function remedy(spec: PerfEventSpec, scope: PerfScope, errno: number): string | undefined {
  if (errno === Errno.EACCES || errno === Errno.EPERM) return 'This needs CAP_PERFMON (run as root)';
  if (errno === Errno.ESRCH) return `There is no process ${scope.pid}`;
  if (errno === Errno.ENODEV) return `CPU ${scope.cpu} is offline`;
  if (errno === Errno.EMFILE) return 'Too many open files: raise the limit (ulimit -n)';
  if (spec.kind === 'hardware')
    return 'This machine gives no access to hardware counters; virtual machines often do not';
  if (spec.kind === 'uprobe' && errno === Errno.ENOENT) return `The file ${spec.path} does not exist`;
  if (spec.kind === 'kprobe') return `The function ${spec.symbol} does not exist or cannot be probed`;
  return undefined;
}
