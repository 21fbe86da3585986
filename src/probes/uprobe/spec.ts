/**
 * `uprobe:TARGET:FUNCTION[+OFFSET]`, `uprobe:TARGET:ADDRESS`, `uretprobe:TARGET:FUNCTION`: user functions by ELF
 * symbol. All functions that one attach point matches in one binary are one attachment (multi-uprobe link) when
 * the body does not tell them apart.
 */
import { hasWildcard } from '../../base/wildcard.ts';
import type { UserFunction } from '../../program/target.ts';
import { parseCount } from '../number.ts';
import type { ExpandEnvironment, ProbeType, ResolvedProbe } from '../probe-type.ts';

function userProbe(name: 'uprobe' | 'uretprobe', alias: string): ProbeType {
  const returns = name === 'uretprobe';
  const type: ProbeType = {
    name,
    aliases: [alias],
    probetype: name,
    partCounts: [2, 3],
    listed: 'user',
    expand: (parts, environment) => {
      const location = locate(parts, environment);
      if (location === undefined) return [];
      if (returns && location.offset !== undefined) {
        environment.error('Offset not allowed');
        return [];
      }
      const found = location.paths.flatMap((path) => resolveIn(path, location, environment));
      if (found.length === 0) {
        environment.missing(
          hasWildcard(location.symbol) || hasWildcard(parts[0]!)
            ? ''
            : `No matches for ${name} ${parts.join(':')}.`,
          {
            given: location.symbol,
            known: () =>
              location.paths.flatMap((path) =>
                environment.target.userFunctions(path, '*').map((f) => f.name),
              ),
          },
        );
      }
      return found;
    },
    list: (parts, environment) => {
      const pattern = parts.at(-1)!;
      return environment.target
        .resolveBinary(parts[0]!)
        .flatMap((path) =>
          environment.target.userFunctions(path, pattern).map((f) => `${name}:${path}:${f.name}`),
        );
    },
  };

  function resolveIn(path: string, location: Location, environment: ExpandEnvironment): ResolvedProbe[] {
    const { target } = environment;
    const functions =
      location.address === undefined
        ? target.userFunctions(path, location.symbol)
        : functionsAt(path, location.address, environment);
    return functions.flatMap((found) => {
      const offset = location.offset ?? 0n;
      if (offset >= (found.size || 1n) && offset > 0n) {
        environment.error(`Offset outside the function bounds ('${found.name}' size is ${found.size})`);
        return [];
      }
      return [probeAt(path, location, found, offset, environment)];
    });
  }

  function probeAt(
    path: string,
    location: Location,
    found: UserFunction,
    offset: bigint,
    { target }: ExpandEnvironment,
  ): ResolvedProbe {
    const symbol = offset > 0n ? `${found.name}+${offset}` : found.name;
    return {
      type,
      name: `${name}:${path}:${location.language === undefined ? '' : `${location.language}:`}${symbol}`,
      programType: 'kprobe',
      ...(target.has('uprobe_multi') ? { expectedAttach: 'uprobe_multi' as const } : {}),
      point: {
        kind: 'uprobe',
        path,
        return: returns,
        targets: [{ offset: found.offset + offset }],
        ...(target.targetPid === undefined ? {} : { pid: target.targetPid }),
      },
      via: target.has('uprobe_multi') ? 'multi-uprobe link' : 'perf uprobe',
      context: { kind: 'registers', at: returns ? 'return' : 'entry' },
      space: 'user',
      functionName: found.name,
    };
  }
  return type;
}

interface Location {
  readonly paths: readonly string[];
  readonly language: string | undefined;
  readonly symbol: string;
  readonly address: bigint | undefined;
  readonly offset: bigint | undefined;
}

function locate(parts: readonly string[], environment: ExpandEnvironment): Location | undefined {
  const path = parts[0]!;
  const language = parts.length === 3 ? parts[1]! : undefined;
  if (language !== undefined && language !== 'cpp') {
    environment.error(`unsupported language type: ${language}`);
    return undefined;
  }
  const paths = environment.target.resolveBinary(path);
  if (paths.length === 0) {
    if (hasWildcard(path)) environment.missing('');
    else environment.error(`uprobe target file '${path}' does not exist or is not executable`);
    return undefined;
  }
  const [symbol, offsetText, ...more] = parts.at(-1)!.split('+');
  if (symbol === undefined || symbol === '') {
    environment.error(
      'uprobe should be attached to a function, address, or source file and line (using DWARF)',
    );
    return undefined;
  }
  if (more.length > 0) {
    environment.error('Cannot take more than one offset');
    return undefined;
  }
  const offset = offsetText === undefined ? undefined : parseCount(offsetText);
  if (offset !== undefined && offset.value === undefined) {
    environment.error(`Invalid offset: ${offset.problem}`);
    return undefined;
  }
  const address = /^[0-9]/.test(symbol) ? parseCount(symbol).value : undefined;
  return { paths, language, symbol, address, offset: offset?.value };
}

function functionsAt(path: string, address: bigint, environment: ExpandEnvironment): readonly UserFunction[] {
  const found = environment.target
    .userFunctions(path, '*')
    .find((f) => address >= f.address && address < f.address + (f.size || 1n));
  if (found !== undefined) {
    const into = address - found.address;
    const name = into === 0n ? found.name : `${found.name}+${into}`;
    return [{ name, address, size: found.size - into, offset: found.offset + into }];
  }
  environment.error(`Could not resolve address: ${path}:0x${address.toString(16)}`);
  return [];
}

export const uprobe = userProbe('uprobe', 'u');
export const uretprobe = userProbe('uretprobe', 'ur');
