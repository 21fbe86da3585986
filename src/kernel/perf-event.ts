/**
 * Open perf events, and programs tied to them: by a link, which can carry a cookie (5.15), or by ioctl on older
 * kernels.
 */
import { cString } from './attr.ts';
import { BpfAttachType, BpfCommand } from './bpf-constants.ts';
import type { BpfProgram } from './bpf-program.ts';
import { Errno } from './errno.ts';
import { SyscallError } from './errors.ts';
import { closeAll, Fd, type FdNumber } from './fd.ts';
import type { Kernel } from './kernel.ts';
import { Link, linkAttr } from './link.ts';
import {
  describeEvent,
  inheritFlag,
  openRemedy,
  type PerfEventSpec,
  type PerfScope,
  packPerfEvent,
} from './perf-event-spec.ts';

const openCloexec = 8;
const IOC_ENABLE = 0x2400;
const IOC_SET_FILTER = 0x40082406;
const IOC_SET_BPF = 0x40042408;

/** The event, disabled. @throws SyscallError, or UnsupportedFeatureError when the kernel has no such PMU. */
export function openPerfEvent(kernel: Kernel, spec: PerfEventSpec, scope: PerfScope): PerfEvent {
  const attr = packPerfEvent(kernel, spec);
  if (scope.inherit) attr.u32(inheritFlag.offset, attr.getU32(inheritFlag.offset) | inheritFlag.bit);
  const { pid = -1, cpu = -1 } = scope;
  const result = kernel.perfEventOpen(attr.bytes, pid, cpu, -1, openCloexec);
  const what = describeEvent(spec);
  if (result < 0)
    throw new SyscallError(`perf_event_open for ${what}`, -result, openRemedy(spec, scope, -result));
  return new PerfEvent(kernel, new Fd(kernel, result, what), what, spec.kind !== 'kprobe');
}

/** An open event. */
export class PerfEvent implements Disposable {
  readonly what: string;
  readonly #kernel: Kernel;
  readonly #fd: Fd;
  readonly #mustEnable: boolean;

  /** `mustEnable`: programs run only while the event counts. Those on kprobes run as long as it exists. */
  constructor(kernel: Kernel, fd: Fd, what: string, mustEnable: boolean) {
    this.what = what;
    this.#mustEnable = mustEnable;
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
      if (this.#mustEnable) this.enable();
      return new Link(this.what, owned, this.#fd);
    } catch (error) {
      closeAll(owned.toReversed());
      throw error;
    }
  }

  /** From now on it counts. */
  enable(): void {
    this.#ioctl(IOC_ENABLE, 0, 'PERF_EVENT_IOC_ENABLE');
  }

  /** How often it happened since it was enabled. */
  count(): bigint {
    const value = new Uint8Array(8);
    const result = this.#kernel.read(this.#fd.number, value);
    if (result < 0) throw new SyscallError(`read of ${this.what}`, -result);
    return new DataView(value.buffer).getBigUint64(0, true);
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
