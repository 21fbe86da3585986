/**
 * What procfs says about this machine and its processes: page size, capabilities, namespaces. All small
 * text or stat calls; nothing is cached here but what cannot change while the system runs.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { KernelFileError, MissingCapabilityError } from './errors.ts';

let cachedPageSize: number | undefined;
const AT_PAGESZ = 6n;

/** From the auxiliary vector: 4096 on x86-64, up to 65536 elsewhere. */
export function pageSize(): number {
  cachedPageSize ??= readPageSize('/proc/self/auxv');
  return cachedPageSize;
}

function readPageSize(path: string): number {
  const bytes = readFileSync(path);
  const words = new BigUint64Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~15)),
  );
  for (let i = 0; i + 1 < words.length; i += 2) if (words[i] === AT_PAGESZ) return Number(words[i + 1]);
  throw new KernelFileError(path, 'it does not tell the page size');
}

/** A process of that number exists now, as a thread group leader or another thread. */
export function processExists(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

/** Identifies our pid namespace for bpf_get_ns_current_pid_tgid. `initial`: pids seen here are the kernel's own. */
export interface PidNamespace {
  readonly device: bigint;
  readonly inode: bigint;
  readonly initial: boolean;
}

/** PROC_PID_INIT_INO of linux/proc_ns.h. */
const initialPidNamespace = 0xeffffffcn;

export function pidNamespace(): PidNamespace {
  const { dev, ino } = statSync('/proc/self/ns/pid', { bigint: true });
  return { device: dev, inode: ino, initial: ino === initialPidNamespace };
}

/** Bits of linux/capability.h that tracing is concerned with. */
export const capabilityBits = {
  CAP_DAC_OVERRIDE: 1,
  CAP_DAC_READ_SEARCH: 2,
  CAP_KILL: 5,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_RESOURCE: 24,
  CAP_SYSLOG: 34,
  CAP_PERFMON: 38,
  CAP_BPF: 39,
} as const;
export type Capability = keyof typeof capabilityBits;

/** The effective capabilities of this process, of those above. */
export function effectiveCapabilities(): ReadonlySet<Capability> {
  return parseCapabilities(readFileSync('/proc/self/status', 'latin1'));
}

/** From the text of a `status` file. Before 5.8 CAP_SYS_ADMIN stood for CAP_BPF and CAP_PERFMON; it still does. */
export function parseCapabilities(status: string): ReadonlySet<Capability> {
  const digits = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(status)?.[1] ?? '0';
  const mask = BigInt(`0x${digits}`);
  const names = Object.keys(capabilityBits) as Capability[];
  const held = new Set(names.filter((name) => (mask >> BigInt(capabilityBits[name])) & 1n));
  if (held.has('CAP_SYS_ADMIN')) held.add('CAP_BPF').add('CAP_PERFMON');
  return held;
}

/** Which of these tracing needs are not met. */
export function missingCapabilities(needed: readonly Capability[]): readonly Capability[] {
  const held = effectiveCapabilities();
  return needed.filter((name) => !held.has(name));
}

/** @throws MissingCapabilityError naming what is missing. `purpose` begins the message: "Tracing". */
export function requireCapabilities(needed: readonly Capability[], purpose: string): void {
  const missing = missingCapabilities(needed);
  if (missing.length > 0) throw new MissingCapabilityError(missing, purpose);
}

/** Names of the modules that are loaded; none for a kernel without modules. */
export function loadedModules(): readonly string[] {
  try {
    const lines = readFileSync('/proc/modules', 'latin1').split('\n').filter(Boolean);
    return lines.map((line) => line.slice(0, line.indexOf(' ')));
  } catch {
    return [];
  }
}
