/**
 * Owned descriptors. Outside this folder nobody holds a bare descriptor number: whoever makes a kernel object
 * gets an `Fd` and closes it. All open ones are in a registry with the stack where they were made, so that tests
 * can fail on a leak and print its origin. The registry is for the whole process, as the descriptor table is.
 */
import { SyscallError } from './errors.ts';
import type { Kernel } from './kernel.ts';

export type FdNumber = number & { readonly __brand: 'FdNumber' };

export interface OpenDescriptor {
  readonly number: number;
  /** What it is, e.g. `map "AT_reads"`. */
  readonly what: string;
  readonly madeAt: string;
}

const registry = new Map<Fd, Error>();

/** Every `Fd` not yet closed, oldest first. */
export function openDescriptors(): readonly OpenDescriptor[] {
  return [...registry].map(([fd, origin]) => ({
    number: fd.number,
    what: fd.what,
    madeAt: origin.stack ?? '',
  }));
}

export class Fd implements Disposable {
  readonly what: string;
  readonly #kernel: Kernel;
  readonly #number: FdNumber;
  #open = true;

  constructor(kernel: Kernel, number: number, what: string) {
    this.what = what;
    this.#kernel = kernel;
    this.#number = number as FdNumber;
    registry.set(this, new Error(`${what} was opened`));
  }

  /** @throws when it was closed: the number may by now belong to something else. */
  get number(): FdNumber {
    if (!this.#open) throw new Error(`${this.what} is already closed`);
    return this.#number;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Does nothing the second time. Linux releases the number even when close(2) reports an error. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    registry.delete(this);
    this.#kernel.close(this.#number);
  }

  /** The same in another thread. */
  async closeInThread(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    registry.delete(this);
    await this.#kernel.closeInThread(this.#number);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Fewer than this are closed sooner by this thread alone. */
const worthThreads = 8;

/**
 * Closes all, several at once. Closing a kprobe waits until no CPU can be in its handler any more, some 20 ms; those
 * waits are shared by threads that wait at the same time.
 */
export async function closeTogether(fds: readonly Fd[]): Promise<void> {
  if (fds.length < worthThreads) closeAll(fds);
  else await Promise.all(fds.map((fd) => fd.closeInThread()));
}

/** The owned descriptor of a call's `result`, or a {@link SyscallError}. */
export function ownFd(kernel: Kernel, result: number, what: string, call: string, remedy?: string): Fd {
  if (result < 0) throw new SyscallError(`${call} for ${what}`, -result, remedy);
  return new Fd(kernel, result, what);
}

/** Closes all, last first, even when one of them throws; then throws the first error. */
export function closeAll(objects: readonly { close(): void }[]): void {
  const errors: unknown[] = [];
  for (const object of objects.toReversed()) {
    try {
      object.close();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
