/**
 * A kernel for tests: it answers what a test programmed, records every call, and hands out descriptor numbers of
 * its own, so that each errno path can be walked without privileges and leaks can be counted. Handlers are tried
 * newest first; one may decline by returning undefined.
 */
import { BpfCommand } from './bpf-constants.ts';
import type { Kernel, Watcher } from './kernel.ts';

const makesDescriptor: readonly number[] = [
  BpfCommand.BPF_MAP_CREATE,
  BpfCommand.BPF_PROG_LOAD,
  BpfCommand.BPF_RAW_TRACEPOINT_OPEN,
  BpfCommand.BPF_LINK_CREATE,
  BpfCommand.BPF_ENABLE_STATS,
  BpfCommand.BPF_ITER_CREATE,
  BpfCommand.BPF_PROG_GET_FD_BY_ID,
  BpfCommand.BPF_MAP_GET_FD_BY_ID,
  BpfCommand.BPF_BTF_GET_FD_BY_ID,
  BpfCommand.BPF_LINK_GET_FD_BY_ID,
  BpfCommand.BPF_BTF_LOAD,
];

export interface RecordedCall {
  readonly name: string;
  readonly args: readonly unknown[];
}
type Handler = (args: readonly unknown[]) => number | undefined;

export class FakeKernel implements Kernel {
  readonly calls: RecordedCall[] = [];
  readonly openNumbers = new Set<number>();
  readonly #handlers = new Map<string, Handler[]>();
  readonly #memory = new Map<bigint, Uint8Array>();
  readonly #addresses = new WeakMap<Uint8Array, bigint>();
  #nextFd = 1000;
  #nextAddress = 0x1000n;

  /** `name` is the method; for bpf calls the command can be given as `bpf:5`. */
  on(name: string, handler: Handler): this {
    this.#handlers.set(name, [handler, ...(this.#handlers.get(name) ?? [])]);
    return this;
  }

  /** Every further call of `name` fails, or only the next `times`. */
  fail(name: string, errno: number, times = Number.POSITIVE_INFINITY): this {
    let left = times;
    return this.on(name, () => (left-- > 0 ? -errno : undefined));
  }

  /** The buffer that was passed by this address. */
  memory(address: bigint): Uint8Array | undefined {
    return this.#memory.get(address);
  }

  newFd(): number {
    const fd = this.#nextFd++;
    this.openNumbers.add(fd);
    return fd;
  }

  countOf(name: string): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  bpf(command: number, attr: Uint8Array): number {
    return this.#answer(`bpf:${command}`, [attr], () =>
      this.#answer('bpf', [command, attr], () => (makesDescriptor.includes(command) ? this.newFd() : 0)),
    );
  }
  perfEventOpen(attr: Uint8Array, pid: number, cpu: number, groupFd: number, flags: number): number {
    return this.#answer('perfEventOpen', [attr, pid, cpu, groupFd, flags], () => this.newFd());
  }
  ioctl(fd: number, request: number, argument: number | Uint8Array): number {
    return this.#answer('ioctl', [fd, request, argument]);
  }
  mmap(length: number, protection: number, fd: number, offset: number): number {
    return this.#answer('mmap', [length, protection, fd, offset], () => 0x10000);
  }
  munmap(address: number, length: number): number {
    return this.#answer('munmap', [address, length]);
  }
  view(_address: number, length: number): ArrayBuffer {
    return new ArrayBuffer(length);
  }
  addressOf(bytes: Uint8Array): bigint {
    const known = this.#addresses.get(bytes);
    if (known !== undefined) return known;
    const address = this.#nextAddress;
    this.#nextAddress += 0x1000n;
    this.#addresses.set(bytes, address);
    this.#memory.set(address, bytes);
    return address;
  }
  epollCreate(): number {
    return this.#answer('epollCreate', [], () => this.newFd());
  }
  epollAdd(epollFd: number, fd: number, events: number): number {
    return this.#answer('epollAdd', [epollFd, fd, events]);
  }
  epollWait(epollFd: number, events: Uint8Array, maxEvents: number, timeoutMs: number): number {
    return this.#answer('epollWait', [epollFd, events, maxEvents, timeoutMs]);
  }
  read(fd: number, into: Uint8Array): number {
    return this.#answer('read', [fd, into]);
  }
  close(fd: number): number {
    this.openNumbers.delete(fd);
    return this.#answer('close', [fd]);
  }

  async closeInThread(fd: number): Promise<void> {
    this.close(fd);
  }
  mount(source: string, target: string, type: string): number {
    return this.#answer('mount', [source, target, type]);
  }
  kill(pid: number, signal: number): number {
    return this.#answer('kill', [pid, signal]);
  }
  setThreadName(name: string): number {
    return this.#answer('setThreadName', [name]);
  }
  clockGettime(clock: number, into: Uint8Array): number {
    return this.#answer('clockGettime', [clock, into]);
  }
  watch(fd: number, onReadable: () => void): Watcher {
    this.#answer('watch', [fd, onReadable]);
    const note = (name: string) => () => void this.#answer(`watch.${name}`, [fd]);
    return { pause: note('pause'), resume: note('resume'), close: note('close') };
  }

  #answer(name: string, args: readonly unknown[], otherwise: () => number = () => 0): number {
    this.calls.push({ name, args });
    for (const handler of this.#handlers.get(name) ?? []) {
      const result = handler(args);
      if (result !== undefined) return result;
    }
    return otherwise();
  }
}
