/** Names in the BPF file system that keep an object alive after the last descriptor of it is closed. */
import { Attr, cString } from './attr.ts';
import { BpfCommand } from './bpf-constants.ts';
import { Errno } from './errno.ts';
import { SyscallError } from './errors.ts';
import type { FdNumber } from './fd.ts';
import type { Kernel } from './kernel.ts';

const remedies: ReadonlyMap<number, string> = new Map([
  [Errno.EEXIST, 'There is something of that name already: remove it first'],
  [Errno.ENOENT, 'Its folder does not exist; is the BPF file system mounted at /sys/fs/bpf?'],
  [Errno.EPERM, 'The folder is not in a BPF file system (mount -t bpf bpf /sys/fs/bpf)'],
]);

/** @throws SyscallError */
export function pinObject(kernel: Kernel, fd: FdNumber, path: string): void {
  const result = new Attr(kernel, 16).pointer(0, cString(path)).u32(8, fd).bpf(BpfCommand.BPF_OBJ_PIN);
  if (result < 0) throw new SyscallError(`bpf(BPF_OBJ_PIN) at ${path}`, -result, remedies.get(-result));
}
