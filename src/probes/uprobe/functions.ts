/** The functions of a binary that a location means, and whether a probe may be set where it says. */
import { compileWildcard } from '../../base/wildcard.ts';
import { demangle } from '../../elf/demangle/demangle.ts';
import { nameParts } from '../../elf/demangle/name-parts.ts';
import type { Target, UserFunction } from '../../program/target.ts';
import type { Location, SourceLine } from './location.ts';

/** A place for a probe. */
export interface Site {
  /** As the probe is called. */
  readonly name: string;
  /** The symbol, mangled as it is. */
  readonly symbol: string;
  /** In the file. */
  readonly offset: bigint;
  /** Virtual address, of the first instruction of the function when it is that. */
  readonly entry?: bigint;
  /** Why nothing can be attached here. */
  readonly refused?: string;
  readonly warning?: string;
}

export function functionsOf(target: Target, path: string, location: Location): readonly Named[] {
  const exact = target.userFunctions(path, location.symbol).map((fn) => ({ ...fn, shown: fn.name }));
  if (location.language === undefined) return exact;
  const matches = demangledMatch(location.symbol);
  const demangled = target.userFunctions(path, '_Z*').flatMap((fn) => {
    const shown = demangle(fn.name);
    return shown !== undefined && matches(shown) ? [{ ...fn, shown }] : [];
  });
  const known = new Set(demangled.map(({ name }) => name));
  return [...exact.filter(({ name }) => !known.has(name)), ...demangled];
}

/** Without parameters a name means all functions of that name; what a template returns need not be said. */
function demangledMatch(pattern: string): (demangled: string) => boolean {
  const matches = compileWildcard(pattern);
  return (demangled) => {
    const { name, parameters } = nameParts(demangled);
    return matches(demangled) || matches(name) || matches(name + parameters);
  };
}

type Named = UserFunction & { readonly shown: string };

export function siteIn(
  target: Target,
  path: string,
  fn: Named,
  { offset = 0n, unsafe }: { readonly offset: bigint | undefined; readonly unsafe: boolean },
): Site {
  const place = offset === 0n ? fn.name : `${fn.name}+${offset}`;
  const site = {
    name: offset === 0n ? fn.shown : `${fn.shown}+${offset}`,
    symbol: fn.name,
    offset: fn.offset + offset,
  };
  if (offset === 0n) return { ...site, entry: fn.address };
  if (fn.size > 0n && offset >= fn.size)
    return { ...site, refused: `Offset outside the function bounds ('${fn.name}' size is ${fn.size})` };
  if (target.isInstructionStart?.(path, fn, offset) !== false) return site;
  if (unsafe) return { ...site, warning: `Unsafe uprobe in the middle of the instruction: ${path}:${place}` };
  return {
    ...site,
    refused:
      `Could not add uprobe into middle of instruction: ${path}:${place}\n` +
      'Use --unsafe to force attachment. WARNING: This option could lead to data corruption in the target process.',
  };
}

/** A virtual address of the file, which must lie in a function. */
export function siteAt(target: Target, path: string, address: bigint, unsafe: boolean): Site {
  // A file that is no program has no addresses but its own places.
  if (unsafe && target.binaryProblem?.(path) !== undefined)
    return { name: String(address), symbol: '', offset: address };
  const fn = functionAt(target.userFunctions(path, '*'), address);
  const hex = `0x${address.toString(16)}`;
  if (fn === undefined)
    return { name: hex, symbol: '', offset: 0n, refused: `Could not resolve address: ${path}:${hex}` };
  return siteIn(target, path, { ...fn, shown: fn.name }, { offset: address - fn.address, unsafe });
}

function functionAt(functions: readonly UserFunction[], address: bigint): UserFunction | undefined {
  return functions.find((one) => address >= one.address && address < one.address + (one.size || 1n));
}

/** Where the code of a source line begins; named by the place in the file. Or why there is none. */
export function sitesOfLine(
  target: Target,
  path: string,
  { file, line, column }: SourceLine,
): readonly Site[] | { readonly problem: string; readonly hint?: string } {
  const found = target.sourceLocation?.(path, file, line, column) ?? { kind: 'no-debug-info' };
  switch (found.kind) {
    case 'no-debug-info':
      return {
        problem: `No DWARF debug info found for '${path}', cannot attach by source code location.`,
        hint: 'compile it with -g, install its debug symbols, or name their folder with --debuginfo',
      };
    case 'no-file':
      return { problem: `DWARF error: No compilation unit matches ${file}` };
    case 'no-code': {
      const where = `${file}:${line}${column === undefined ? '' : `:${column}`}`;
      return { problem: `DWARF error: Unable to map '${where}' to address` };
    }
    case 'found': {
      const functions = target.userFunctions(path, '*');
      return found.places.map(({ address, offset }) => {
        const around = functionAt(functions, address);
        const site = { name: String(offset), symbol: around?.name ?? '', offset };
        return around?.address === address ? { ...site, entry: address } : site;
      });
    }
  }
}
