/** The functions of a binary that a location means, and whether a probe may be set where it says. */
import type { Target, UserFunction } from '../../program/target.ts';
import type { Location } from './location.ts';

/** A place for a probe. */
export interface Site {
  /** As the probe is called. */
  readonly name: string;
  /** The symbol, mangled as it is. */
  readonly symbol: string;
  readonly offset: bigint;
  /** Why nothing can be attached here. */
  readonly refused?: string;
  readonly warning?: string;
}

export function functionsOf(target: Target, path: string, location: Location): readonly Named[] {
  return target.userFunctions(path, location.symbol).map((fn) => ({ ...fn, shown: fn.name }));
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
  if (offset === 0n) return site;
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
  const fn = target
    .userFunctions(path, '*')
    .find((one) => address >= one.address && address < one.address + (one.size || 1n));
  const hex = `0x${address.toString(16)}`;
  if (fn === undefined)
    return { name: hex, symbol: '', offset: 0n, refused: `Could not resolve address: ${path}:${hex}` };
  return siteIn(target, path, { ...fn, shown: fn.name }, { offset: address - fn.address, unsafe });
}
