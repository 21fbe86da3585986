/**
 * Network addresses as text: IPv4 dotted, IPv6 as RFC 5952 wants it, hardware addresses with colons.
 */
import type { Memory } from './memory.ts';

const familyInet = 2;

/** Of a u64 address family followed by 16 bytes. */
export function readInet(memory: Memory, offset: number): string {
  const family = memory.view.getUint32(offset, true);
  const start = offset + 8;
  return family === familyInet
    ? [...memory.bytes.subarray(start, start + 4)].join('.')
    : ipv6(memory.view, start);
}

interface Run {
  readonly start: number;
  readonly length: number;
}

function ipv6(view: DataView, offset: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(offset + 2 * index));
  const mapped = mappedIpv4(groups);
  if (mapped !== undefined) return mapped;
  const hex = groups.map((group) => group.toString(16));
  const run = longestZeroRun(groups);
  if (run.length < 2) return hex.join(':');
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

/** `::ffff:1.2.3.4` and the older `::1.2.3.4`, as inet_ntop(3) writes them. */
function mappedIpv4(groups: readonly number[]): string | undefined {
  const [sixth = 0, seventh = 0, eighth = 0] = groups.slice(5);
  const leading = groups.slice(0, 5).every((group) => group === 0);
  const isMapped = sixth === 0xffff;
  const isCompatible = sixth === 0 && seventh !== 0;
  if (!leading || !(isMapped || isCompatible)) return undefined;
  const dotted = [seventh >> 8, seventh & 0xff, eighth >> 8, eighth & 0xff].join('.');
  return isMapped ? `::ffff:${dotted}` : `::${dotted}`;
}

function longestZeroRun(groups: readonly number[]): Run {
  let longest: Run = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start };
  }
  return longest;
}

/** `05:00:AB:00:00:00` */
export function readMac(memory: Memory, offset: number): string {
  return [...memory.bytes.subarray(offset, offset + 6)]
    .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
    .join(':');
}
