/**
 * Names and texts of error numbers. Node knows those that libuv maps; the kernel answers a few more to bpf(2)
 * and perf_event_open(2), most of all ENOTSUPP (524), which the C library has no text for.
 */
import { getSystemErrorMap } from 'node:util';

const beyondNode: ReadonlyMap<number, readonly [string, string]> = new Map([
  [10, ['ECHILD', 'no child processes']],
  [15, ['ENOTBLK', 'block device required']],
  [33, ['EDOM', 'numerical argument out of domain']],
  [35, ['EDEADLK', 'resource deadlock would occur']],
  [42, ['ENOMSG', 'no message of desired type']],
  [61, ['ENODATA', 'no data available']],
  [62, ['ETIME', 'timer expired']],
  [74, ['EBADMSG', 'bad message']],
  [77, ['EBADFD', 'descriptor in bad state']],
  [116, ['ESTALE', 'stale handle']],
  [122, ['EDQUOT', 'quota exceeded']],
  [524, ['ENOTSUPP', 'operation not supported by this kernel object']],
]);

export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  E2BIG: 7,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  EMFILE: 24,
  ENOSPC: 28,
  ERANGE: 34,
  ENOSYS: 38,
  ENODATA: 61,
  EILSEQ: 84,
  EOPNOTSUPP: 95,
  EADDRNOTAVAIL: 99,
  ENOTSUPP: 524,
} as const;

/** `EPERM` for 1; `errno 4095` for a number without a name. */
export function errnoName(errno: number): string {
  return lookUp(errno)?.[0] ?? `errno ${errno}`;
}

/** `operation not permitted` for 1. */
export function errnoText(errno: number): string {
  return lookUp(errno)?.[1] ?? 'unknown error';
}

function lookUp(errno: number): readonly [string, string] | undefined {
  return getSystemErrorMap().get(-errno) ?? beyondNode.get(errno);
}
