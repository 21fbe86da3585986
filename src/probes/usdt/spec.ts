/**
 * `usdt:PATH:[PROVIDER:]PROBE`: static probes that a program was built with (notes of type stapsdt). A probe may
 * stand at several sites whose arguments lie in different registers: each distinct set of operands becomes a
 * program of its own under the same name. Semaphores are raised through the kernel's reference counter.
 */
import { compileWildcard, hasWildcard } from '../../base/wildcard.ts';
import { archivePath } from '../../elf/archive-path.ts';
import { parseUsdtArguments } from '../../elf/usdt-args.ts';
import type { Target, UsdtSite } from '../../program/target.ts';
import type { ExpandEnvironment, ProbeType, ResolvedProbe } from '../probe-type.ts';
import { resolvePaths } from '../uprobe/location.ts';

interface Wanted {
  readonly path: string;
  readonly provider: string;
  readonly name: string;
}

export const usdt: ProbeType = {
  name: 'usdt',
  aliases: ['U'],
  probetype: 'usdt',
  partCounts: [2, 3],
  partCountsWithProcess: [1, 2, 3],
  listed: 'user',
  expand: (parts, environment) => {
    const wanted = wantedBy(parts);
    const paths = pathsOf(wanted, environment);
    if (paths === undefined) return [];
    const found = paths.flatMap((path) => resolveIn(path, wanted, environment));
    if (found.length === 0) sayMissing(parts, wanted, paths, environment);
    return found;
  },
  list: (parts, environment) => {
    const wanted = wantedBy(parts.length === 1 ? [...parts, '*'] : parts);
    const names = (path: string) =>
      matching(environment.target, path, wanted).map((p) => `usdt:${path}:${p.provider}:${p.name}`);
    return [...new Set((pathsOf(wanted, environment) ?? []).flatMap(names))];
  },
};

/** With one part, which `-p` allows, every file of the process is meant. */
function wantedBy(parts: readonly string[]): Wanted {
  const [path = '', second = '', third] = parts.length === 1 ? ['*', ...parts] : parts;
  return third === undefined
    ? { path, provider: '*', name: second }
    : { path, provider: second, name: third };
}

/** Undefined, and said, when there is none. A lone `*` is every program, not every file of this folder. */
function pathsOf({ path }: Wanted, environment: ExpandEnvironment): readonly string[] | undefined {
  const { target } = environment;
  if (path === '') {
    environment.error(
      "usdt probe must specify at least path or pid to probe. To target all paths/pids set the path to '*'.",
    );
    return undefined;
  }
  if (path !== '*' || target.targetPid !== undefined) return resolvePaths('usdt', path, environment);
  return target.binaries?.() ?? [];
}

function sayMissing(
  parts: readonly string[],
  { path, name }: Wanted,
  paths: readonly string[],
  { target, missing }: ExpandEnvironment,
): void {
  const named = parts.length === 3 && ![path, name].some(hasWildcard);
  missing(named ? `No matches for usdt ${path}:${name}.` : '', {
    given: name,
    known: () => paths.flatMap((one) => target.usdtProbes(one).map((probe) => probe.name)),
  });
}

function matching(target: Target, path: string, { provider, name }: Wanted): UsdtSite[] {
  const providerMatches = compileWildcard(provider);
  const nameMatches = compileWildcard(name);
  const probes = target.usdtProbes(path);
  return probes.filter((probe) => providerMatches(probe.provider) && nameMatches(probe.name));
}

function resolveIn(path: string, wanted: Wanted, { target }: ExpandEnvironment): ResolvedProbe[] {
  const groups = new Map<string, UsdtSite[]>();
  for (const probe of matching(target, path, wanted)) {
    const key = `${probe.provider}:${probe.name}:${probe.args}`;
    groups.set(key, [...(groups.get(key) ?? []), probe]);
  }
  return [...groups.values()].map((sites) => probeOf(path, sites, target));
}

function probeOf(path: string, sites: readonly UsdtSite[], target: Target): ResolvedProbe {
  const first = sites[0]!;
  const multi = target.has('uprobe_multi');
  return {
    type: usdt,
    name: `usdt:${path}:${first.provider}:${first.name}`,
    programType: 'kprobe',
    ...(multi ? { expectedAttach: 'uprobe_multi' as const } : {}),
    point: {
      kind: 'uprobe',
      path: archivePath(path).archive,
      return: false,
      targets: sites.map((site) => ({
        offset: site.offset,
        ...(site.semaphoreOffset === undefined ? {} : { semaphoreOffset: site.semaphoreOffset }),
      })),
      ...(target.targetPid === undefined ? {} : { pid: target.targetPid }),
    },
    via: multi ? 'multi-uprobe link' : 'perf uprobe',
    context: { kind: 'usdt', args: parseUsdtArguments(first.args, 'x86-64') },
    space: 'user',
  };
}
