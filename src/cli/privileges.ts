/** What tracing needs of the person who runs it, said before anything fails for the lack of it. */
import { MissingCapabilityError } from '../kernel/errors.ts';
import { effectiveCapabilities, requireCapabilities } from '../kernel/procfs.ts';

/** @throws MissingCapabilityError */
export function requireTracingPrivileges(): void {
  requireCapabilities(['CAP_BPF', 'CAP_PERFMON'], 'Tracing');
  if (process.geteuid?.() === 0) return;
  const held = effectiveCapabilities();
  if (held.has('CAP_DAC_READ_SEARCH') || held.has('CAP_DAC_OVERRIDE')) return;
  throw new MissingCapabilityError(
    ['CAP_DAC_READ_SEARCH'],
    "Reading the kernel's descriptions of its events",
  );
}
