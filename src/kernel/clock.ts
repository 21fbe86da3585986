/**
 * The clocks that programs see (boot, monotonic, tai) and how they lie to the time of day. There is no way to read
 * two clocks at one instant, so the difference is taken where the reading around it was quickest.
 */
import { SyscallError } from './errors.ts';
import type { Kernel } from './kernel.ts';

/** Numbers of linux/time.h. */
export const clocks = { realtime: 0, monotonic: 1, boot: 7, tai: 11 } as const;
export type Clock = keyof typeof clocks;

const tries = 10;

export function readClockNs(kernel: Kernel, clock: Clock): bigint {
  const timespec = new BigInt64Array(2);
  const result = kernel.clockGettime(clocks[clock], new Uint8Array(timespec.buffer));
  if (result < 0) throw new SyscallError(`clock_gettime(${clock})`, -result);
  return (timespec[0] ?? 0n) * 1_000_000_000n + (timespec[1] ?? 0n);
}

/** Nanoseconds to add to a reading of `clock` to get nanoseconds since 1970, UTC; good to a few microseconds. */
export function wallClockOffsetNs(kernel: Kernel, clock: Clock): bigint {
  let best = { widthNs: 1n << 62n, offsetNs: 0n };
  for (let i = 0; i < tries; i++) {
    const before = readClockNs(kernel, 'realtime');
    const reading = readClockNs(kernel, clock);
    const widthNs = readClockNs(kernel, 'realtime') - before;
    if (widthNs >= 0n && widthNs < best.widthNs)
      best = { widthNs, offsetNs: before + widthNs / 2n - reading };
  }
  return best.offsetNs;
}
