/**
 * `uprobe:TARGET:[cpp:]FUNCTION[+OFFSET]`, `uprobe:TARGET:ADDRESS`, `uprobe:TARGET@FILE:LINE[:COLUMN]`,
 * `uretprobe:TARGET:[cpp:]FUNCTION`: user functions by ELF symbol, lines of their source by debug information. All
 * functions that one attach point matches in one binary are one attachment (multi-uprobe link) when the body does
 * not tell them apart.
 */
import { hasWildcard } from '../../base/wildcard.ts';
import { archivePath } from '../../elf/archive-path.ts';
import { demangle } from '../../elf/demangle/demangle.ts';
import type { Target } from '../../program/target.ts';
import type { ExpandEnvironment, ProbeType, ResolvedProbe, UserParameters } from '../probe-type.ts';
import { functionsOf, type Site, siteAt, siteIn, sitesOfLine } from './functions.ts';
import { type Location, locate, type SourceLine } from './location.ts';

function userProbe(name: 'uprobe' | 'uretprobe', alias: string): ProbeType {
  const returns = name === 'uretprobe';
  const type: ProbeType = {
    name,
    aliases: [alias],
    probetype: name,
    partCounts: [2, 3],
    partCountsWithProcess: [1, 2, 3],
    sourceLocations: true,
    listed: 'user',
    expand: (parts, environment) => {
      const location = locate(name, parts, environment);
      if (location === undefined) return [];
      if (returns && location.offset !== undefined) {
        environment.error('Offset not allowed');
        return [];
      }
      if (location.source !== undefined) return resolveSource(location, location.source, environment);
      const found = location.paths.flatMap((path) => resolveIn(path, location, environment));
      if (found.length === 0) sayMissing(parts, location, environment);
      return found;
    },
    list: (given, environment) => {
      const parts =
        given.length === 1 && environment.target.targetPid === undefined ? [...given, '*'] : given;
      const location = locate(name, parts, environment);
      return (location?.paths ?? []).flatMap((path) =>
        sitesIn(path, location!, environment).map((site) => nameOf(path, location!, listed(site))),
      );
    },
    listArguments: argumentTexts,
  };

  function sayMissing(parts: readonly string[], location: Location, environment: ExpandEnvironment): void {
    const isPattern = hasWildcard(location.symbol) || hasWildcard(parts[0] ?? '');
    const { target } = environment;
    environment.missing(isPattern ? '' : `No matches for ${name} ${parts.join(':')}.`, {
      given: location.symbol,
      known: () => location.paths.flatMap((path) => target.userFunctions(path, '*').map((fn) => fn.name)),
    });
  }

  function resolveIn(path: string, location: Location, environment: ExpandEnvironment): ResolvedProbe[] {
    const sites = sitesIn(path, location, environment);
    return sites.map((site) => probeAt(path, location, site, environment));
  }

  function resolveSource(
    location: Location,
    source: SourceLine,
    environment: ExpandEnvironment,
  ): ResolvedProbe[] {
    return location.paths.flatMap((path) => {
      const sites = sitesOfLine(environment.target, path, source);
      if (!('problem' in sites)) return sites.map((site) => probeAt(path, location, site, environment));
      environment.error(sites.problem, sites.hint);
      return [];
    });
  }

  function nameOf(path: string, { language }: Location, place: string): string {
    return `${name}:${path}:${language === undefined ? '' : `${language}:`}${place}`;
  }

  function probeAt(
    path: string,
    location: Location,
    site: Site,
    { target, readsNamedArguments }: ExpandEnvironment,
  ): ResolvedProbe {
    const parameters =
      readsNamedArguments && !returns ? { parameters: parametersOf(path, site, target) } : {};
    const multi = target.has('uprobe_multi');
    return {
      type,
      name: nameOf(path, location, site.name),
      programType: 'kprobe',
      ...(multi ? { expectedAttach: 'uprobe_multi' as const } : {}),
      point:
        site.refused !== undefined
          ? { kind: 'refused', reason: site.refused }
          : {
              kind: 'uprobe',
              path: archivePath(path).archive,
              return: returns,
              targets: [{ offset: site.offset }],
              ...(target.targetPid === undefined ? {} : { pid: target.targetPid }),
            },
      ...(site.warning === undefined ? {} : { attachWarning: site.warning }),
      via: multi ? 'multi-uprobe link' : 'perf uprobe',
      context: { kind: 'registers', at: returns ? 'return' : 'entry', ...parameters },
      space: 'user',
      functionName: demangle(site.symbol) ?? site.symbol,
    };
  }
  return type;
}

function sitesIn(path: string, location: Location, { target, unsafe }: ExpandEnvironment): readonly Site[] {
  const { address, offset } = location;
  if (address !== undefined) return [siteAt(target, path, address, unsafe)];
  if (target.binaryProblem?.(path) !== undefined) return [];
  return functionsOf(target, path, location).map((fn) => siteIn(target, path, fn, { offset, unsafe }));
}

function parametersOf(path: string, { entry }: Site, target: Target): UserParameters {
  if (entry === undefined) return { kind: 'not-at-entry' };
  const list = target.userParameters?.(path, entry);
  return list === undefined ? { kind: 'no-debug-info', path } : { kind: 'known', list };
}

/** Of `TARGET:FUNCTION`: `const char* text`. */
function argumentTexts(parts: readonly string[], target: Target): readonly string[] {
  const [path, name] = [parts[0] ?? '', (parts.at(-1) ?? '').replaceAll('"', '')];
  const [found] = target.userFunctions(path, name);
  const list = found && target.userParameters?.(path, found.address);
  return (list ?? []).map((parameter) => `${parameter.text} ${parameter.name}`);
}

/** As it can be written in a program: quoted where the name has characters that end a part. */
function listed({ name }: Site): string {
  return /[\s:,{]/.test(name) ? `"${name}"` : name;
}

export const uprobe = userProbe('uprobe', 'u');
export const uretprobe = userProbe('uretprobe', 'ur');
