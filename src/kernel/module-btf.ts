/**
 * The kernel's BTF objects by name, for programs attached to functions of modules: such a program is loaded with a
 * descriptor of the module's BTF. The kernel lists the objects by id only.
 */
import { Attr } from './attr.ts';
import { BpfCommand } from './bpf-constants.ts';
import { SyscallError } from './errors.ts';
import type { Fd } from './fd.ts';
import type { Kernel } from './kernel.ts';
import { objectIds, openById } from './object-info.ts';

const infoSize = 32;
const nameSize = 64;

/** Undefined when no module of that name with types is loaded. @throws SyscallError */
export function openModuleBtf(kernel: Kernel, module: string): Fd | undefined {
  for (const id of objectIds(kernel, 'btf')) {
    const fd = openById(kernel, 'btf', id);
    if (fd === undefined) continue;
    if (btfName(kernel, fd) === module) return fd;
    fd.close();
  }
  return undefined;
}

/** struct bpf_btf_info: name is a pointer at offset 16, its length at 24, kernel_btf at 28. */
function btfName(kernel: Kernel, fd: Fd): string | undefined {
  const name = new Uint8Array(nameSize);
  const info = new Attr(kernel, infoSize).pointer(16, name).u32(24, nameSize);
  const attr = new Attr(kernel, 16).u32(0, fd.number).u32(4, infoSize).pointer(8, info.bytes);
  const result = attr.bpf(BpfCommand.BPF_OBJ_GET_INFO_BY_FD);
  if (result < 0) throw new SyscallError(`bpf(BPF_OBJ_GET_INFO_BY_FD) for BTF`, -result);
  if (info.getU32(28) === 0) return undefined;
  return new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
}
