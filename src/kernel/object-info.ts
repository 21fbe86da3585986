/**
 * What the kernel tells about its BPF objects: run statistics, misses, what is loaded. Fields at the end of the
 * structures came with later kernels; the kernel says how much it filled, and the rest stays zero.
 */
import { Attr } from './attr.ts';
import { BpfCommand } from './bpf-constants.ts';
import { Errno } from './errno.ts';
import { SyscallError } from './errors.ts';
import { Fd, type FdNumber, ownFd } from './fd.ts';
import type { Kernel } from './kernel.ts';

export interface ProgramInfo {
  readonly type: number;
  readonly id: number;
  readonly name: string;
  /** Bytes of machine code; 0 without the JIT. */
  readonly jitedBytes: number;
  readonly translatedBytes: number;
  /** Needs {@link enableRunStatistics}. */
  readonly runTimeNs: bigint;
  readonly runCount: bigint;
  /** Hits missed because the program was already running on the CPU (5.12). */
  readonly recursionMisses: bigint;
  /** Instructions the verifier walked (5.16). */
  readonly verifiedInstructions: number;
}

export interface MapInfo {
  readonly type: number;
  readonly id: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly name: string;
}

export interface LinkInfo {
  readonly type: number;
  readonly id: number;
  readonly programId: number;
  /** Hits the kernel could not deliver, for kprobes by perf event (6.7) and multi-kprobes (6.7). */
  readonly missed: bigint;
}

const infoSize = 256;
/** linux/bpf.h, enum bpf_link_type and bpf_perf_event_type. */
const linkTypePerfEvent = 7;
const linkTypeKprobeMulti = 8;
const perfEventKprobe = [3, 4];

export function programInfo(kernel: Kernel, fd: FdNumber): ProgramInfo {
  const info = readInfo(kernel, fd, 'program');
  return {
    type: info.getUint32(0, true),
    id: info.getUint32(4, true),
    name: nameAt(info, 64),
    jitedBytes: info.getUint32(16, true),
    translatedBytes: info.getUint32(20, true),
    runTimeNs: info.getBigUint64(192, true),
    runCount: info.getBigUint64(200, true),
    recursionMisses: info.getBigUint64(208, true),
    verifiedInstructions: info.getUint32(216, true),
  };
}

/** The instructions as the verifier rewrote them, in BPF's encoding: for `-v` and tests. */
export function translatedInstructions(kernel: Kernel, fd: FdNumber): Uint8Array {
  const code = new Uint8Array(programInfo(kernel, fd).translatedBytes);
  const info = new Attr(kernel, infoSize).u32(20, code.length).pointer(32, code);
  readInfo(kernel, fd, 'program', info);
  return code;
}

export function mapInfo(kernel: Kernel, fd: FdNumber): MapInfo {
  const info = readInfo(kernel, fd, 'map');
  const [type, id, keySize, valueSize, maxEntries, flags] = [0, 4, 8, 12, 16, 20].map((at) =>
    info.getUint32(at, true),
  );
  return {
    type: type ?? 0,
    id: id ?? 0,
    keySize: keySize ?? 0,
    valueSize: valueSize ?? 0,
    maxEntries: maxEntries ?? 0,
    flags: flags ?? 0,
    name: nameAt(info, 24),
  };
}

export function linkInfo(kernel: Kernel, fd: FdNumber): LinkInfo {
  const info = readInfo(kernel, fd, 'link');
  const type = info.getUint32(0, true);
  return {
    type,
    id: info.getUint32(4, true),
    programId: info.getUint32(8, true),
    missed: missedHits(info, type),
  };
}

function missedHits(info: DataView, type: number): bigint {
  if (type === linkTypeKprobeMulti) return info.getBigUint64(32, true);
  const isKprobe = type === linkTypePerfEvent && perfEventKprobe.includes(info.getUint32(16, true));
  return isKprobe ? info.getBigUint64(48, true) : 0n;
}

function readInfo(kernel: Kernel, fd: FdNumber, what: string, info = new Attr(kernel, infoSize)): DataView {
  const attr = new Attr(kernel, 16).u32(0, fd).u32(4, info.bytes.length).pointer(8, info.bytes);
  const result = attr.bpf(BpfCommand.BPF_OBJ_GET_INFO_BY_FD);
  if (result < 0) throw new SyscallError(`bpf(BPF_OBJ_GET_INFO_BY_FD) for a ${what}`, -result);
  return new DataView(info.bytes.buffer);
}

function nameAt(info: DataView, offset: number): string {
  const bytes = new Uint8Array(info.buffer, offset, 16);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(bytes.subarray(0, end < 0 ? 16 : end));
}

/** Counting of run time and runs, for all programs of the system while the descriptor is open (5.8). */
export function enableRunStatistics(kernel: Kernel): Fd {
  const result = new Attr(kernel, 4).u32(0, 0).bpf(BpfCommand.BPF_ENABLE_STATS);
  return ownFd(kernel, result, 'run statistics', 'bpf(BPF_ENABLE_STATS)', 'It needs CAP_SYS_ADMIN');
}

const idCommands = {
  program: [BpfCommand.BPF_PROG_GET_NEXT_ID, BpfCommand.BPF_PROG_GET_FD_BY_ID],
  map: [BpfCommand.BPF_MAP_GET_NEXT_ID, BpfCommand.BPF_MAP_GET_FD_BY_ID],
  btf: [BpfCommand.BPF_BTF_GET_NEXT_ID, BpfCommand.BPF_BTF_GET_FD_BY_ID],
  link: [BpfCommand.BPF_LINK_GET_NEXT_ID, BpfCommand.BPF_LINK_GET_FD_BY_ID],
} as const;
export type ObjectKind = keyof typeof idCommands;

/** Ids of all objects of a kind in the system, ascending. Needs CAP_SYS_ADMIN. */
export function* objectIds(kernel: Kernel, kind: ObjectKind): Generator<number> {
  const attr = new Attr(kernel, 12);
  for (let id = 0; ; ) {
    const result = attr.u32(0, id).bpf(idCommands[kind][0]);
    if (result === -Errno.ENOENT) return;
    if (result < 0) throw new SyscallError(`listing the ids of BPF objects (${kind})`, -result);
    id = attr.getU32(4);
    yield id;
  }
}

/** Undefined when it went away meanwhile. */
export function openById(kernel: Kernel, kind: ObjectKind, id: number): Fd | undefined {
  const result = new Attr(kernel, 12).u32(0, id).bpf(idCommands[kind][1]);
  if (result === -Errno.ENOENT) return undefined;
  if (result < 0) throw new SyscallError(`opening BPF ${kind} ${id}`, -result);
  return new Fd(kernel, result, `${kind} ${id}`);
}
