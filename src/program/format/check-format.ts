/**
 * Do a format string and its arguments fit together? The texts are those of the language reference,
 * section 6.7; debugf has narrower rules, because the kernel itself formats for it.
 */
import { typeName } from '../type-name.ts';
import type { Type } from '../types.ts';
import { type Conversion, conversionsOf } from './parse-format.ts';

type Kinds = ReadonlySet<Type['kind']>;

const integers: Kinds = new Set(['int', 'bool', 'pointer', 'enum']);
const buffers: Kinds = new Set(['buffer']);
const ratios: Kinds = new Set(['ratio']);

/** What each conversion takes; `s` takes all that can be printed. */
const accepted: ReadonlyMap<string, Kinds | 'anything'> = new Map<string, Kinds | 'anything'>([
  ['d', integers],
  ['i', integers],
  ['u', integers],
  ['o', integers],
  ['x', integers],
  ['X', integers],
  ['c', integers],
  ['p', integers],
  ['gr', integers],
  ['r', buffers],
  ['rx', buffers],
  ['rh', buffers],
  ['f', ratios],
  ['F', ratios],
  ['s', 'anything'],
]);

/** The message for the first thing wrong, or undefined when all fits. `types` are those of the arguments. */
export function checkFormat(format: string, types: readonly Type[]): string | undefined {
  const conversions = conversionsOf(format);
  return (
    countMismatch(conversions.length, types.length) ??
    firstOf(conversions, (conversion, index) => typeMismatch(conversion, types[index]))
  );
}

function countMismatch(expected: number, supplied: number): string | undefined {
  if (supplied === expected) return undefined;
  const complaint = supplied < expected ? 'not enough' : 'too many';
  return `${complaint} arguments for format string (${supplied} supplied, ${expected} expected)`;
}

function typeMismatch(conversion: Conversion, type: Type | undefined): string | undefined {
  const { specifier } = conversion;
  const kinds = accepted.get(specifier);
  if (kinds === undefined || (kinds === ratios && type?.kind !== 'ratio'))
    return `unsupported format specifier: ${specifier}`;
  if (type === undefined) return undefined;
  if (type.kind === 'none' || type.kind === 'void')
    return `unable to print none type for specifier: ${specifier}`;
  if (kinds === 'anything' || kinds.has(type.kind)) return undefined;
  return `unsupported format specifier for type '${typeName(type)}': ${specifier}`;
}

const debugSpecifiers: ReadonlySet<string> = new Set('diuxsp');
const debugLimit = 3;

/** The additional rules of debugf, after {@link checkFormat}. */
export function checkDebugFormat(format: string): string | undefined {
  const conversions = conversionsOf(format);
  if (conversions.length > debugLimit) return `cannot use more than ${debugLimit} conversion specifiers`;
  return firstOf(conversions, ({ specifier, bits }) =>
    debugSpecifiers.has(specifier) && bits >= 32
      ? undefined
      : `Invalid format specifier for \`debugf\`: ${specifier}`,
  );
}

function firstOf<T>(
  items: readonly T[],
  complain: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const complaint = complain(item, index);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}
