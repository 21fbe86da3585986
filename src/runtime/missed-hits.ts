/**
 * Hits of probes that never came to the program, as the kernel counts them, for each probe: to be read while the
 * probes are attached.
 */
import type { Kernel } from '../kernel/kernel.ts';
import { kernelBtf } from '../kernel/kernel-btf.ts';
import { KprobeMisses } from '../kernel/kprobe-misses.ts';
import type { Link } from '../kernel/link.ts';
import { linkInfo } from '../kernel/object-info.ts';
import type { AttachedProbe } from './probe-links.ts';

export interface MissedHits {
  readonly probes: readonly string[];
  readonly count: bigint;
}

/** Only those that missed any. */
export function readMissedHits(kernel: Kernel, attached: readonly AttachedProbe[]): readonly MissedHits[] {
  const kprobes = attached.filter(({ attachment }) => attachment.point.kind === 'kprobe');
  if (kprobes.length === 0) return [];
  using walker = KprobeMisses.open(kernel, kernelBtf());
  return kprobes
    .map(({ attachment, links }) => {
      const counts = links.map((link) => missedBy(link, kernel, walker));
      return { probes: attachment.probes, count: counts.reduce((sum, count) => sum + count, 0n) };
    })
    .filter(({ count }) => count > 0n);
}

/** Links tell since Linux 6.7; on older kernels they say zero. */
function missedBy(link: Link, kernel: Kernel, walker: KprobeMisses | undefined): bigint {
  if (link.perfEvent !== undefined && walker !== undefined) return BigInt(walker.read(link.perfEvent));
  return link.isLink ? linkInfo(kernel, link.fd).missed : 0n;
}
