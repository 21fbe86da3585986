/**
 * Functions of the BPF programs that are loaded: what fentry and fexit can be attached to besides the kernel's own
 * (5.5). A program brings types for them (BTF) or has none; each function is a `struct bpf_func_info`, instruction
 * and type id, the first being the entry. Only compiled programs can be attached to.
 */
import { Btf } from '../btf/btf.ts';
import { Attr } from './attr.ts';
import { BpfCommand, programTypeNumbers } from './bpf-constants.ts';
import { SyscallError } from './errors.ts';
import type { Fd, FdNumber } from './fd.ts';
import type { Kernel } from './kernel.ts';
import { objectIds, openById } from './object-info.ts';

export interface LoadedFunction {
  readonly programId: number;
  readonly name: string;
  /** Of the function, in the program's own BTF. */
  readonly typeId: number;
  /** What it returns, when that is a number; undefined for nothing. */
  readonly result: { readonly size: 1 | 2 | 4 | 8; readonly signed: boolean } | undefined;
}

/** Offsets in struct bpf_prog_info and struct bpf_btf_info (linux/bpf.h). */
const programInfoSize = 232;
const at = { jitedSize: 16, btf: 128, recordSize: 132, records: 136, recordCount: 144 } as const;
const btfInfoSize = 32;
/** The kernel lets none be attached to one of these: a loop of trampolines could not be told. */
const notTraceable: ReadonlySet<number> = new Set([programTypeNumbers.tracing]);

/** Of all programs, by id. Needs CAP_SYS_ADMIN. @throws SyscallError */
export function bpfFunctions(kernel: Kernel): readonly LoadedFunction[] {
  return [...objectIds(kernel, 'program')].flatMap((id) => {
    using fd = openById(kernel, 'program', id);
    return fd === undefined ? [] : functionsOf(kernel, id, fd);
  });
}

/** Of one program; empty when it has no types, or cannot be attached to. @throws SyscallError */
export function functionsOf(kernel: Kernel, programId: number, fd: Fd): readonly LoadedFunction[] {
  const first = readInfo(kernel, fd.number, new Attr(kernel, programInfoSize));
  const count = first.getU32(at.recordCount);
  const recordSize = first.getU32(at.recordSize);
  const hasTypes = count > 0 && recordSize >= 8 && first.getU32(at.btf) !== 0;
  if (!hasTypes || first.getU32(at.jitedSize) === 0 || notTraceable.has(first.getU32(0))) return [];
  const btf = readBtf(kernel, first.getU32(at.btf));
  if (btf === undefined) return [];
  const records = new Uint8Array(count * recordSize);
  const request = new Attr(kernel, programInfoSize)
    .u32(at.recordSize, recordSize)
    .pointer(at.records, records)
    .u32(at.recordCount, count);
  readInfo(kernel, fd.number, request);
  const view = new DataView(records.buffer);
  return Array.from({ length: count }, (_, i) => {
    const typeId = view.getUint32(i * recordSize + 4, true);
    return { programId, name: btf.type(typeId).name, typeId, result: resultOf(btf, typeId) };
  });
}

function readBtf(kernel: Kernel, id: number): Btf | undefined {
  using fd = openById(kernel, 'btf', id);
  if (fd === undefined) return undefined;
  const size = readInfo(kernel, fd.number, new Attr(kernel, btfInfoSize)).getU32(8);
  const bytes = new Uint8Array(size);
  readInfo(kernel, fd.number, new Attr(kernel, btfInfoSize).pointer(0, bytes).u32(8, size));
  return Btf.parse(bytes, { name: `types of BTF object ${id}` });
}

function resultOf(btf: Btf, functionId: number): LoadedFunction['result'] {
  const fn = btf.type(functionId);
  const prototype = fn.kind === 'func' ? btf.type(fn.prototype) : undefined;
  const type = prototype?.kind === 'func_proto' ? btf.type(btf.strip(prototype.returns)) : undefined;
  if (type === undefined || type.kind === 'void') return undefined;
  if (type.kind !== 'int') return { size: 8, signed: false };
  const size = ([1, 2, 4, 8] as const).find((known) => known === type.size);
  return { size: size ?? 8, signed: type.signed };
}

function readInfo(kernel: Kernel, fd: FdNumber, info: Attr): Attr {
  const attr = new Attr(kernel, 16).u32(0, fd).u32(4, info.bytes.length).pointer(8, info.bytes);
  const result = attr.bpf(BpfCommand.BPF_OBJ_GET_INFO_BY_FD);
  if (result < 0) throw new SyscallError('bpf(BPF_OBJ_GET_INFO_BY_FD) for a loaded program', -result);
  return info;
}
