/** All probe types. A new one is an entry here and a folder beside this file. */
import { fentry, fexit } from './fentry/spec.ts';
import { hardware } from './hardware/spec.ts';
import { iter } from './iter/spec.ts';
import { kprobe, kretprobe } from './kprobe/spec.ts';
import type { ProbeType } from './probe-type.ts';
import { rawtracepoint } from './rawtracepoint/spec.ts';
import { software } from './software/spec.ts';
import { begin, bench, end, self, test } from './special/spec.ts';
import { interval, profile } from './timer/spec.ts';
import { tracepoint } from './tracepoint/spec.ts';
import { uprobe, uretprobe } from './uprobe/spec.ts';
import { usdt } from './usdt/spec.ts';
import { watchpoint } from './watchpoint/spec.ts';

export const probeTypes: readonly ProbeType[] = [
  begin,
  end,
  self,
  test,
  bench,
  interval,
  profile,
  software,
  tracepoint,
  rawtracepoint,
  uprobe,
  uretprobe,
  usdt,
  kprobe,
  kretprobe,
  fentry,
  fexit,
  hardware,
  watchpoint,
  iter,
];

/** Provider names are case-insensitive, short aliases are not. */
export function findProbeType(provider: string): ProbeType | undefined {
  const lower = provider.toLowerCase();
  return probeTypes.find(
    (type) =>
      type.name === lower || type.aliases.some((alias) => alias === (isShort(alias) ? provider : lower)),
  );
}

/** The provider would be right in lower case: short aliases are told apart by it (`u`, `U`). */
export function isAliasInWrongCase(provider: string): boolean {
  const lower = provider.toLowerCase();
  return provider !== lower && isShort(lower) && findProbeType(lower) !== undefined;
}

function isShort(alias: string): boolean {
  return alias.length <= 2;
}
