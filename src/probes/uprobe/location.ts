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
  /** A line of the source, instead of all these. */
  readonly source?: SourceLine;
}

export interface SourceLine {
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
}

/** Undefined, and said, when the parts make no sense. */
export function locate(
  provider: string,
  parts: readonly string[],
  environment: ExpandEnvironment,
): Location | undefined {
  if (environment.atParts.length > 0) return locateSource(provider, parts, environment);
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

/** `TARGET@FILE:LINE[:COLUMN]` */
function locateSource(
  provider: string,
  parts: readonly string[],
  environment: ExpandEnvironment,
): Location | undefined {
  const source = parseSource(provider, parts, environment);
  if ('problem' in source) {
    environment.error(source.problem, source.hint);
    return undefined;
  }
  const paths = resolvePaths(provider, parts[0] ?? '', environment);
  return paths && { paths, language: undefined, symbol: '', address: undefined, offset: undefined, source };
}

function parseSource(
  provider: string,
  parts: readonly string[],
  { atParts }: ExpandEnvironment,
): SourceLine | { readonly problem: string; readonly hint?: string } {
  const [, file = '', lineText, columnText] = parts;
  if (provider === 'uretprobe') return { problem: 'Source code location not allowed' };
  if (parts.some(hasWildcard)) return { problem: 'Cannot use wildcards with source code location' };
  if (atParts[0] !== 1 || file === '' || lineText === undefined || parts.length > 4)
    return {
      problem: noPlace,
      hint: 'a source location is written TARGET@FILE:LINE or TARGET@FILE:LINE:COLUMN',
    };
  const line = parsePositive(lineText);
  if (line === undefined) return { problem: `Invalid line number: ${lineText}` };
  const column = columnText === undefined ? undefined : parsePositive(columnText);
  if (columnText !== undefined && column === undefined)
    return { problem: `Invalid column number: ${columnText}` };
  return { file, line, column };
}

function parsePositive(text: string): number | undefined {
  const { value } = parseCount(text);
  return value === undefined || value < 1n || value > 0xffff_ffffn ? undefined : Number(value);
}

const noPlace = 'uprobe should be attached to a function, address, or source file and line (using DWARF)';

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
  if (symbol === '') return { problem: noPlace };
  if (offsetText?.includes('+')) return { problem: 'Cannot take more than one offset' };
  const offset = offsetText === undefined ? undefined : parseCount(offsetText);
  if (offset !== undefined && offset.value === undefined)
    return { problem: `Invalid offset: ${offset.problem}` };
  const address = /^[0-9]/.test(symbol) ? parseCount(symbol) : undefined;
  if (address !== undefined && address.value === undefined)
    return { problem: `Invalid address: ${address.problem}` };
  return { symbol, address: address?.value, offset: offset?.value };
}
