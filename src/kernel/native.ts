/**
 * The real kernel: syscall(2) through koffi. One function is bound, with six 64-bit arguments, because each
 * binding costs start-up time; structures are packed by hand. koffi is loaded on the first use, since commands
 * that trace nothing should not pay for it.
 */
import { close as closeFile } from 'node:fs';
import type * as Koffi from 'koffi';
import { must } from '../base/assert.ts';
import { UnsupportedFeatureError } from './errors.ts';
import type { Kernel, Watcher } from './kernel.ts';
import { loadKoffi } from './load-koffi.ts';
import { type SyscallNumbers, syscallNumbers } from './syscall-numbers.ts';

type Argument = number | bigint;
type RawSyscall = (
  nr: number,
  a: Argument,
  b: Argument,
  c: Argument,
  d: Argument,
  e: Argument,
  f: Argument,
) => number;

const mapShared = 1;
const epollCloexec = 0o2000000;
const epollCtlAdd = 1;
const prSetName = 15;
/** More than any one call takes addresses, those of lists apart; see `Attr.keep`. */
const keptAlive = 16;

/** The kernel of this machine. Loads koffi. */
export function openKernel(): Kernel {
  const numbers = syscallNumbers.get(process.arch);
  if (process.platform !== 'linux' || !numbers) {
    throw new UnsupportedFeatureError(
      'kscope',
      `it runs on Linux for ${[...syscallNumbers.keys()].join(', ')}`,
    );
  }
  const koffi = loadKoffi();
  const long = Array.from({ length: 6 }, () => 'int64');
  const raw = koffi.load(null).func('syscall', 'int64', ['int64', ...long]) as RawSyscall;
  return new NativeKernel(koffi, raw, numbers);
}

let shared: Kernel | undefined;
/** One for the process: it has no state besides the loaded library. */
export function nativeKernel(): Kernel {
  shared ??= openKernel();
  return shared;
}

class NativeKernel implements Kernel {
  readonly #koffi: typeof Koffi;
  readonly #raw: RawSyscall;
  readonly #nr: SyscallNumbers;
  /** The buffers addressed last, kept alive: after addressOf the collector may see no use of them any more. */
  readonly #addressed: (Uint8Array | undefined)[] = Array.from({ length: keptAlive });
  #nextAddressed = 0;

  constructor(koffi: typeof Koffi, raw: RawSyscall, numbers: SyscallNumbers) {
    this.#koffi = koffi;
    this.#raw = raw;
    this.#nr = numbers;
  }

  #call(
    nr: number,
    a: Argument,
    b: Argument = 0,
    c: Argument = 0,
    d: Argument = 0,
    e: Argument = 0,
    f: Argument = 0,
  ) {
    const result = this.#raw(nr, a, b, c, d, e, f);
    return result === -1 ? -this.#koffi.errno() : result;
  }

  addressOf(bytes: Uint8Array): bigint {
    if (bytes.length === 0) return 0n;
    this.#addressed[this.#nextAddressed] = bytes;
    this.#nextAddressed = (this.#nextAddressed + 1) % keptAlive;
    return this.#koffi.address(bytes);
  }

  view(address: number, length: number): ArrayBuffer {
    return this.#koffi.view(address, length);
  }

  bpf(command: number, attr: Uint8Array): number {
    return this.#call(this.#nr.bpf, command, this.addressOf(attr), attr.length);
  }

  perfEventOpen(attr: Uint8Array, pid: number, cpu: number, groupFd: number, flags: number): number {
    return this.#call(this.#nr.perf_event_open, this.addressOf(attr), pid, cpu, groupFd, flags);
  }

  ioctl(fd: number, request: number, argument: number | Uint8Array): number {
    const value = typeof argument === 'number' ? argument : this.addressOf(argument);
    return this.#call(this.#nr.ioctl, fd, request, value);
  }

  mmap(length: number, protection: number, fd: number, offset: number, flags = mapShared): number {
    return this.#call(this.#nr.mmap, 0, length, protection, flags, fd, offset);
  }

  munmap(address: number, length: number): number {
    return this.#call(this.#nr.munmap, address, length);
  }

  epollCreate(): number {
    return this.#call(this.#nr.epoll_create1, epollCloexec);
  }

  epollAdd(epollFd: number, fd: number, events: number): number {
    const event = new Uint8Array(16);
    new DataView(event.buffer).setUint32(0, events, true);
    return this.#call(this.#nr.epoll_ctl, epollFd, epollCtlAdd, fd, this.addressOf(event));
  }

  epollWait(epollFd: number, events: Uint8Array, maxEvents: number, timeoutMs: number): number {
    return this.#call(this.#nr.epoll_pwait, epollFd, this.addressOf(events), maxEvents, timeoutMs);
  }

  read(fd: number, into: Uint8Array): number {
    return this.#call(this.#nr.read, fd, this.addressOf(into), into.length);
  }

  close(fd: number): number {
    return this.#call(this.#nr.close, fd);
  }

  closeInThread(fd: number): Promise<void> {
    return withWidePool(() => new Promise((resolve) => closeFile(fd, () => resolve())));
  }

  mount(source: string, target: string, type: string): number {
    const [s, t, y] = [source, target, type].map((text) => new TextEncoder().encode(`${text}\0`));
    const addresses = [s, t, y].map((bytes) => this.addressOf(must(bytes, 'mount argument')));
    return this.#call(this.#nr.mount, addresses[0] ?? 0n, addresses[1] ?? 0n, addresses[2] ?? 0n);
  }

  kill(pid: number, signal: number): number {
    return this.#call(this.#nr.kill, pid, signal);
  }

  setThreadName(name: string): number {
    const bytes = new TextEncoder().encode(`${name}\0`);
    return this.#call(this.#nr.prctl, prSetName, this.addressOf(bytes));
  }

  clockGettime(clock: number, into: Uint8Array): number {
    return this.#call(this.#nr.clock_gettime, clock, this.addressOf(into));
  }

  watch(fd: number, onReadable: () => void): Watcher {
    const handle = this.#koffi.node.poll(fd, { readable: true }, onReadable);
    return {
      pause: () => handle.stop(),
      resume: () => handle.start({ readable: true }, onReadable),
      close: () => handle.close(),
    };
  }
}

/**
 * Node's pool has four threads unless the environment says otherwise when the pool is first used. Waiting for the
 * kernel takes no CPU, so that many more may do it; where the pool is in use already this changes nothing.
 */
const poolSize = '64';
const poolVariable = 'UV_THREADPOOL_SIZE';

function withWidePool<T>(start: () => T): T {
  if (process.env[poolVariable] !== undefined) return start();
  process.env[poolVariable] = poolSize;
  try {
    return start();
  } finally {
    // Programs that are started later must not inherit it.
    delete process.env[poolVariable];
  }
}
