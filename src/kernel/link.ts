/**
 * Links: what ties a program to an event, for as long as the descriptor is open. The kernel calls are
 * BPF_LINK_CREATE (5.7, its kinds in later versions) and the older BPF_RAW_TRACEPOINT_OPEN (4.17).
 */
import { Attr, cString } from './attr.ts';
import { BpfAttachType, BpfCommand } from './bpf-constants.ts';
import type { BpfProgram } from './bpf-program.ts';
import { Errno } from './errno.ts';
import { closeAll, type Fd, type FdNumber, ownFd } from './fd.ts';
import type { Kernel } from './kernel.ts';

/** An attachment. Closing it detaches; when it took over a perf event, that is closed too. */
export class Link implements Disposable {
  /** E.g. `raw tracepoint sys_enter`. */
  readonly what: string;
  readonly #fds: readonly Fd[];
  /** The perf event, when it is an attachment to one. */
  readonly #perfEvent: Fd | undefined;

  /** `fds[0]` is the link itself, or the perf event of an attachment made by ioctl. */
  constructor(what: string, fds: readonly Fd[], perfEvent?: Fd) {
    this.what = what;
    this.#fds = fds;
    this.#perfEvent = perfEvent;
  }

  /** Number of the descriptor for BPF_OBJ_GET_INFO_BY_FD. */
  get fd(): FdNumber {
    const [first] = this.#fds;
    if (!first) throw new Error(`${this.what} has no descriptor`);
    return first.number;
  }

  get perfEvent(): FdNumber | undefined {
    return this.#perfEvent?.number;
  }

  /** Not for an attachment to a perf event made by ioctl. */
  get isLink(): boolean {
    return this.#fds[0] !== this.#perfEvent;
  }

  /** In the order in which they are to be closed: after the first, the program does not run any more. */
  get descriptors(): readonly Fd[] {
    return this.#fds;
  }

  close(): void {
    // The link first: a perf event cannot be torn down cleanly under one.
    closeAll(this.#fds.toReversed());
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** For programs of type raw_tracepoint. `name` is the tracepoint's, without its subsystem. */
export function attachRawTracepoint(kernel: Kernel, program: BpfProgram, name: string): Link {
  const result = new Attr(kernel, 16)
    .pointer(0, cString(name))
    .u32(8, program.fd)
    .bpf(BpfCommand.BPF_RAW_TRACEPOINT_OPEN);
  const remedy = result === -Errno.ENOENT ? `There is no raw tracepoint "${name}" in this kernel` : undefined;
  return newLink(kernel, result, `raw tracepoint ${name}`, 'BPF_RAW_TRACEPOINT_OPEN', remedy);
}

/** For programs of type tracing (BTF raw tracepoint, fentry, fexit): the target was fixed when they were loaded. */
export function attachTracing(kernel: Kernel, program: BpfProgram, what: string): Link {
  const result = new Attr(kernel, 16).u32(8, program.fd).bpf(BpfCommand.BPF_RAW_TRACEPOINT_OPEN);
  return newLink(kernel, result, what, 'BPF_RAW_TRACEPOINT_OPEN', undefined);
}

export interface UprobeMultiTargets {
  readonly path: string;
  /** File offsets of the instructions. */
  readonly offsets: readonly bigint[];
  /** File offsets of the USDT semaphores (0: none), the same length. */
  readonly semaphoreOffsets?: readonly bigint[];
  /** For bpf_get_attach_cookie, the same length. */
  readonly cookies?: readonly bigint[];
  /** Only in this process; all when absent. */
  readonly pid?: number;
  readonly return: boolean;
}

const uprobeMultiReturn = 1;

/** Any number of places in one file in one call (6.6). The program must have been loaded for `uprobe_multi`. */
export function attachUprobeMulti(kernel: Kernel, program: BpfProgram, targets: UprobeMultiTargets): Link {
  const result = linkAttr(kernel, program, 0, BpfAttachType.BPF_TRACE_UPROBE_MULTI)
    .pointer(16, cString(targets.path))
    .pointer(24, u64s(targets.offsets))
    .pointer(32, targets.semaphoreOffsets && u64s(targets.semaphoreOffsets))
    .pointer(40, targets.cookies && u64s(targets.cookies))
    .u32(48, targets.offsets.length)
    .u32(52, targets.return ? uprobeMultiReturn : 0)
    .u32(56, targets.pid ?? 0)
    .bpf(BpfCommand.BPF_LINK_CREATE);
  const what = `${targets.offsets.length} uprobes in ${targets.path}`;
  return newLink(kernel, result, what, 'BPF_LINK_CREATE', uprobeRemedy(result, targets));
}

function uprobeRemedy(result: number, targets: UprobeMultiTargets): string | undefined {
  if (result === -Errno.ENOENT) return `The file ${targets.path} does not exist`;
  if (result === -Errno.ESRCH) return `There is no process ${targets.pid}`;
  if (result === -Errno.EINVAL)
    return 'An offset is outside the file, or the instruction there cannot be probed';
  return undefined;
}

export interface KprobeMultiTargets {
  readonly symbols: readonly string[];
  readonly cookies?: readonly bigint[];
  readonly return: boolean;
  /** One program for entry and return (6.10). */
  readonly session?: boolean;
}

const kprobeMultiReturn = 1;

/** Any number of kernel functions in one call (5.18). The program must have been loaded for `kprobe_multi`. */
export function attachKprobeMulti(kernel: Kernel, program: BpfProgram, targets: KprobeMultiTargets): Link {
  const names = targets.symbols.map(cString);
  const addresses = u64s(names.map((name) => kernel.addressOf(name)));
  const type = targets.session
    ? BpfAttachType.BPF_TRACE_KPROBE_SESSION
    : BpfAttachType.BPF_TRACE_KPROBE_MULTI;
  const result = linkAttr(kernel, program, 0, type)
    .u32(16, targets.return ? kprobeMultiReturn : 0)
    .u32(20, names.length)
    .pointer(24, addresses)
    .keep(names)
    .pointer(40, targets.cookies && u64s(targets.cookies))
    .bpf(BpfCommand.BPF_LINK_CREATE);
  const remedy =
    result === -Errno.ESRCH ? 'One of the functions does not exist or cannot be traced' : undefined;
  return newLink(kernel, result, `${names.length} kprobes`, 'BPF_LINK_CREATE', remedy);
}

/** For iterator programs (5.8): the link, from which {@link openIterator} makes a run. */
export function attachIterator(kernel: Kernel, program: BpfProgram): Link {
  const result = linkAttr(kernel, program, 0, BpfAttachType.BPF_TRACE_ITER).bpf(BpfCommand.BPF_LINK_CREATE);
  return newLink(kernel, result, `iterator ${program.name}`, 'BPF_LINK_CREATE', undefined);
}

/** Reading the descriptor to its end runs the iterator once. */
export function openIterator(kernel: Kernel, link: Link): Fd {
  const result = new Attr(kernel, 8).u32(0, link.fd).bpf(BpfCommand.BPF_ITER_CREATE);
  return ownFd(kernel, result, `a run of ${link.what}`, 'bpf(BPF_ITER_CREATE)');
}

/** The start of the BPF_LINK_CREATE attribute; the kind's own fields begin at offset 16. */
export function linkAttr(kernel: Kernel, program: BpfProgram, targetFd: number, attachType: number): Attr {
  return new Attr(kernel, 64).u32(0, program.fd).u32(4, targetFd).u32(8, attachType);
}

function newLink(
  kernel: Kernel,
  result: number,
  what: string,
  command: string,
  remedy: string | undefined,
): Link {
  return new Link(what, [ownFd(kernel, result, what, `bpf(${command})`, remedy)]);
}

function u64s(values: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values).buffer);
}
