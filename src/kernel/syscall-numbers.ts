/**
 * System call numbers, per architecture: asm/unistd_64.h for x86-64, asm-generic/unistd.h for the others.
 * The kernel edge calls by number through syscall(2), so that no C library version matters.
 */
export interface SyscallNumbers {
  readonly bpf: number;
  readonly perf_event_open: number;
  readonly ioctl: number;
  readonly mmap: number;
  readonly munmap: number;
  readonly epoll_create1: number;
  readonly epoll_ctl: number;
  readonly epoll_pwait: number;
  readonly close: number;
  readonly read: number;
  readonly mount: number;
  readonly kill: number;
  readonly prctl: number;
  readonly clock_gettime: number;
}

const x64: SyscallNumbers = {
  bpf: 321,
  perf_event_open: 298,
  ioctl: 16,
  mmap: 9,
  munmap: 11,
  epoll_create1: 291,
  epoll_ctl: 233,
  epoll_pwait: 281,
  close: 3,
  read: 0,
  mount: 165,
  kill: 62,
  prctl: 157,
  clock_gettime: 228,
};

const generic: SyscallNumbers = {
  bpf: 280,
  perf_event_open: 241,
  ioctl: 29,
  mmap: 222,
  munmap: 215,
  epoll_create1: 20,
  epoll_ctl: 21,
  epoll_pwait: 22,
  close: 57,
  read: 63,
  mount: 40,
  kill: 129,
  prctl: 167,
  clock_gettime: 113,
};

/** By Node's name of the architecture (`process.arch`). */
export const syscallNumbers: ReadonlyMap<string, SyscallNumbers> = new Map([
  ['x64', x64],
  ['arm64', generic],
  ['riscv64', generic],
  ['loong64', generic],
]);
