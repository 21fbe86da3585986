/** What columns may ask about the machine: clocks, names of disks and users. Looked up when first asked for. */
import { readClockNs, wallClockOffsetNs } from '../../kernel/clock.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { UserNames } from '../../runtime/resolve/user-names.ts';
import type { RowContext } from '../shape/column.ts';
import { readText } from './read-text.ts';

/** MINORBITS of linux/kdev_t.h: the kernel's own form of device numbers, as tracepoints carry it. */
const minorBits = 20;

export class MachineContext implements RowContext {
  readonly #offsetNs: bigint;
  readonly #startNs: bigint;
  #disks: ReadonlyMap<number, string> | undefined;
  readonly #users = new UserNames();

  constructor(kernel: Kernel) {
    this.#offsetNs = wallClockOffsetNs(kernel, 'boot');
    this.#startNs = readClockNs(kernel, 'boot');
  }

  wallClockMs(bootNs: number | bigint): number {
    return Number((BigInt(bootNs) + this.#offsetNs) / 1000n) / 1000;
  }

  secondsSinceStart(bootNs: number | bigint): number {
    return Number(BigInt(bootNs) - this.#startNs) / 1e9;
  }

  diskName(device: number): string {
    this.#disks ??= readDisks();
    const known = this.#disks.get(device);
    if (known !== undefined) return known;
    // A disk that came after we looked.
    this.#disks = readDisks();
    return this.#disks.get(device) ?? `${device >> minorBits}:${device & ((1 << minorBits) - 1)}`;
  }

  userName(uid: number): string {
    return this.#users.name(uid);
  }
}

function readDisks(): ReadonlyMap<number, string> {
  const disks = new Map<number, string>();
  for (const line of readText('/proc/partitions').split('\n').slice(2)) {
    const [major, minor, , name] = line.trim().split(/\s+/);
    if (name !== undefined) disks.set((Number(major) << minorBits) | Number(minor), name);
  }
  return disks;
}

/** Device number of a disk by its name, in the kernel's form; undefined when there is none. */
export function diskNumber(name: string): number | undefined {
  const wanted = name.replace(/^\/dev\//, '');
  return [...readDisks()].find(([, known]) => known === wanted)?.[0];
}
