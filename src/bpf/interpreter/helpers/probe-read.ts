/**
 * bpf_probe_read and its kin: reads that may fail. On a fault the destination is cleared and -EFAULT returned, or
 * -ERANGE where the kernel does not even try: a kernel read at a user or non-canonical address (x86-64). The unnamed
 * variants read user memory where the address lies in it, kernel memory otherwise.
 */
import type { Region } from '../address-space.ts';
import { errno } from '../errors.ts';
import type { Execution } from '../execution.ts';
import { type Helper, helper, type NamedHelpers, size32 } from './helper.ts';

type Space = 'kernel' | 'user' | 'any';

/** The region at `address` if the space may be read there; all but user regions belong to the kernel. */
function source(execution: Execution, space: Space, address: bigint, size: number): Region | undefined {
  const region = execution.memory.find(address, size);
  if (!region || space === 'any') return region;
  return (region.access === 'user') === (space === 'user') ? region : undefined;
}

function read(space: Space): Helper {
  return helper(3, (execution, to, sizeArgument, from) => {
    const target = execution.memory.writableSlice(to, size32(sizeArgument));
    if (target.length === 0) return 0n;
    const region = source(execution, space, from, target.length);
    if (!region) return fail(target, space, from);
    const at = Number(from - region.base);
    target.set(region.bytes.subarray(at, at + target.length));
    return 0n;
  });
}

/** Copies up to a NUL, which is always written and counted in the result. */
function readString(space: Space): Helper {
  return helper(3, (execution, to, sizeArgument, from) => {
    const target = execution.memory.writableSlice(to, size32(sizeArgument));
    if (target.length === 0) return 0n;
    const region = source(execution, space, from, 1);
    if (!region) return fail(target, space, from);
    const bytes = region.bytes.subarray(Number(from - region.base)).subarray(0, target.length - 1);
    const length = bytes.indexOf(0);
    // Neither a NUL nor as many bytes as fit: the string runs out of its memory.
    if (length < 0 && bytes.length < target.length - 1) return fail(target, space, from);
    const copied = length < 0 ? bytes : bytes.subarray(0, length);
    target.set(copied);
    target[copied.length] = 0;
    return BigInt(copied.length + 1);
  });
}

/** TASK_SIZE_MAX + PAGE_SIZE, and where addresses are canonical again. */
const userEnd = 0x8000_0000_0000n;
const kernelStart = 0xffff_8000_0000_0000n;

function fail(target: Uint8Array, space: Space, address: bigint): bigint {
  target.fill(0);
  const isRefused = address < userEnd ? space === 'kernel' : address < kernelStart && space !== 'user';
  return BigInt(isRefused ? -errno.ERANGE : -errno.EFAULT);
}

export const probeReadHelpers: NamedHelpers = {
  probe_read: read('any'),
  probe_read_kernel: read('kernel'),
  probe_read_user: read('user'),
  probe_read_str: readString('any'),
  probe_read_kernel_str: readString('kernel'),
  probe_read_user_str: readString('user'),
  copy_from_user: read('user'),
  probe_write_user: helper(3, (execution, to, from, size) => {
    const bytes = execution.memory.slice(from, size32(size));
    const region = source(execution, 'user', to, bytes.length);
    if (!region) return BigInt(-errno.EFAULT);
    region.bytes.set(bytes, Number(to - region.base));
    return 0n;
  }),
};
