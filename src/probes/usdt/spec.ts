/**
 * `usdt:PATH:[PROVIDER:]PROBE`: static probes that a program was built with (notes of type stapsdt). A probe may
 * stand at several sites whose arguments lie in different registers: each distinct set of operands becomes a
 * program of its own under the same name. Semaphores are raised through the kernel's reference counter.
 */
import { compileWildcard, hasWildcard } from '../../base/wildcard.ts';
import { parseUsdtArguments } from '../../elf/usdt-args.ts';
import type { UsdtSite } from '../../program/target.ts';
import type { ExpandEnvironment, ProbeType, ResolvedProbe } from '../probe-type.ts';

export const usdt: ProbeType = {
  name: 'usdt',
  aliases: ['U'],
  probetype: 'usdt',
  partCounts: [2, 3],
  listed: 'user',
  expand: (parts, environment) => {
    const path = parts[0]!;
    const [provider, name] = parts.length === 3 ? [parts[1]!, parts[2]!] : ['*', parts[1]!];
    const paths = environment.target.resolveBinary(path);
    if (paths.length === 0 && !hasWildcard(path)) {
      environment.error(`usdt target file '${path}' does not exist or is not executable`);
      return [];
    }
    const found = paths.flatMap((binary) => resolveIn(binary, provider, name, environment));
    if (found.length === 0)
      environment.missing(parts.length === 3 ? `No matches for usdt ${path}:${name}.` : '', {
        given: name,
        known: () =>
          paths.flatMap((binary) => environment.target.usdtProbes(binary).map((probe) => probe.name)),
      });
    return found;
  },
  list: (parts, environment) => {
    const [provider, name] = parts.length === 3 ? [parts[1]!, parts[2]!] : ['*', parts[1] ?? '*'];
    return environment.target
      .resolveBinary(parts[0]!)
      .flatMap((path) => [
        ...new Set(
          matching(environment.target.usdtProbes(path), provider, name).map(
            (p) => `usdt:${path}:${p.provider}:${p.name}`,
          ),
        ),
      ]);
  },
};

function matching(probes: readonly UsdtSite[], provider: string, name: string): UsdtSite[] {
  const providerMatches = compileWildcard(provider);
  const nameMatches = compileWildcard(name);
  return probes.filter((probe) => providerMatches(probe.provider) && nameMatches(probe.name));
}

function resolveIn(
  path: string,
  provider: string,
  name: string,
  environment: ExpandEnvironment,
): ResolvedProbe[] {
  const groups = new Map<string, UsdtSite[]>();
  for (const probe of matching(environment.target.usdtProbes(path), provider, name)) {
    const key = `${probe.provider}:${probe.name}:${probe.args}`;
    groups.set(key, [...(groups.get(key) ?? []), probe]);
  }
  return [...groups.values()].map((sites) => probeOf(path, sites, environment));
}

function probeOf(path: string, sites: readonly UsdtSite[], { target }: ExpandEnvironment): ResolvedProbe {
  const first = sites[0]!;
  const multi = target.has('uprobe_multi');
  return {
    type: usdt,
    name: `usdt:${path}:${first.provider}:${first.name}`,
    programType: 'kprobe',
    ...(multi ? { expectedAttach: 'uprobe_multi' as const } : {}),
    point: {
      kind: 'uprobe',
      path,
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
