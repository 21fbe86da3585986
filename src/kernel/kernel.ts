/**
 * The funnel: every system call kscope makes goes through this interface, so that a fake can stand in for the
 * kernel and each errno can be tested without privileges. Methods answer as the kernel does: zero or more is the
 * result, less than zero is the negated errno. Nothing here throws for what the kernel answers; the modules above
 * turn answers into owned objects and typed errors.
 */
export interface Kernel {
  /** bpf(2). `attr` is `union bpf_attr`, cut to what the command uses; the kernel writes its answers into it. */
  bpf(command: number, attr: Uint8Array): number;
  /** perf_event_open(2). `flags` gets PERF_FLAG_FD_CLOEXEC from the caller. */
  perfEventOpen(attr: Uint8Array, pid: number, cpu: number, groupFd: number, flags: number): number;
  /** Bytes are passed by address. */
  ioctl(fd: number, request: number, argument: number | Uint8Array): number;
  /** The address of a new mapping: shared, unless `flags` say otherwise. */
  mmap(length: number, protection: number, fd: number, offset: number, flags?: number): number;
  munmap(address: number, length: number): number;
  /** A window on mapped memory. Touching it after munmap kills the process: only owners of mappings call this. */
  view(address: number, length: number): ArrayBuffer;
  /**
   * Address of a buffer, to be stored in a structure. Valid for the next call; for longer, or for lists of
   * buffers, the caller keeps them alive.
   */
  addressOf(bytes: Uint8Array): bigint;
  epollCreate(): number;
  epollAdd(epollFd: number, fd: number, events: number): number;
  /** The number of ready descriptors. `events` has 12 (x86-64) or 16 bytes an entry. */
  epollWait(epollFd: number, events: Uint8Array, maxEvents: number, timeoutMs: number): number;
  read(fd: number, into: Uint8Array): number;
  close(fd: number): number;
  /** close(2) in another thread: where it waits for other CPUs, many can wait at once. */
  closeInThread(fd: number): Promise<void>;
  mount(source: string, target: string, type: string): number;
  kill(pid: number, signal: number): number;
  /** prctl(PR_SET_NAME): the comm of the calling thread, at most 15 bytes. */
  setThreadName(name: string): number;
  /** clock_gettime(2): `into` gets a timespec of two s64. */
  clockGettime(clock: number, into: Uint8Array): number;
  /** Calls back on each turn of the event loop in which `fd` is readable. Starts at once. */
  watch(fd: number, onReadable: () => void): Watcher;
}

/** Keeps the process alive while it is not paused; nothing works after `close`. */
export interface Watcher {
  pause(): void;
  resume(): void;
  close(): void;
}
