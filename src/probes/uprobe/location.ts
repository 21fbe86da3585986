/** What a user-space probe names: files, and in each a function, an address or a place in a function. */
import { hasWildcard } from '../../base/wildcard.ts';
import type { Target } from '../../program/target.ts';
import { parseCount } from '../number.ts';
import type { ExpandEnvironment } from '../probe-type.ts';

export interface Location {
  readonly paths: readonly string[];
  /** Demangled names are meant, too. */
  readonly language: 'cpp' | undefined;
  /** A name or pattern; empty for an address. */
  readonly symbol: string;
  readonly address: bigint | undefined;
  readonly offset: bigint | undefined;
}

/** Undefined, and said, when the parts make no sense. */
export function locate(
  provider: string,
  parts: readonly string[],
  environment: ExpandEnvironment,
): Location | undefined {
  const [path, place] = [targetOf(parts, environment.target), parts.at(-1) ?? ''];
  const language = parts.length === 3 ? parts[1] : undefined;
  if (language !== undefined && language !== 'cpp') {
    environment.error(`unsupported language type: ${language}`);
    return undefined;
  }
  const paths = resolvePaths(provider, path, environment);
  if (paths === undefined) return undefined;
  const found = parsePlace(place);
  if ('problem' in found) {
    environment.error(found.problem);
    return undefined;
  }
  return { paths, language, ...found };
}

/** With `-p` the target may be left out: the program that the process runs. */
function targetOf(parts: readonly string[], { processBinary }: Target): string {
  return parts.length === 1 ? (processBinary ?? '') : (parts[0] ?? '');
}

/** The files of a target, one unless it is a pattern. Undefined, and said, when there is none. */
export function resolvePaths(
  provider: string,
  path: string,
  environment: ExpandEnvironment,
): readonly string[] | undefined {
  const { target } = environment;
  const found = target.resolveBinary(path);
  if (hasWildcard(path)) {
    const usable = found.filter((one) => target.binaryProblem?.(one) === undefined);
    if (usable.length === 0) environment.missing('');
    return usable.length === 0 ? undefined : usable;
  }
  const [first] = found;
  if (first === undefined) {
    environment.error(`${provider} target file '${path}' does not exist or is not executable`);
    return undefined;
  }
  if (found.length > 1)
    environment.warning(
      `attaching to ${provider} target file '${first}' but matched ${found.length} binaries`,
    );
  const problem = environment.unsafe ? undefined : target.binaryProblem?.(first);
  if (problem === undefined) return [first];
  environment.error(`${provider} target file '${first}' cannot be used: ${problem}`);
  return undefined;
}

function parsePlace(
  place: string,
): Pick<Location, 'symbol' | 'address' | 'offset'> | { readonly problem: string } {
  const plus = place.indexOf('+');
  // In a demangled name it is an operator's.
  const isOffset = plus >= 0 && !place.slice(0, plus).endsWith('operator');
  const [symbol, offsetText] = isOffset ? [place.slice(0, plus), place.slice(plus + 1)] : [place, undefined];
  if (symbol === '')
    return {
      problem: 'uprobe should be attached to a function, address, or source file and line (using DWARF)',
    };
  if (offsetText?.includes('+')) return { problem: 'Cannot take more than one offset' };
  const offset = offsetText === undefined ? undefined : parseCount(offsetText);
  if (offset !== undefined && offset.value === undefined)
    return { problem: `Invalid offset: ${offset.problem}` };
  const address = /^[0-9]/.test(symbol) ? parseCount(symbol) : undefined;
  if (address !== undefined && address.value === undefined)
    return { problem: `Invalid address: ${address.problem}` };
  return { symbol, address: address?.value, offset: offset?.value };
}
