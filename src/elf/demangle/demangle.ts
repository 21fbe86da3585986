/**
 * Names of C++ as people write them, from those that linkers see (Itanium C++ ABI, section 5.1), in the form of
 * `c++filt`. What is not understood stays as it is.
 */
import { NameParser } from './parser.ts';
import { DemangleError, print } from './print.ts';

const longestName = 20_000;

/** Undefined when it is no mangled name, or none that is understood. */
export function demangle(mangled: string): string | undefined {
  if (!mangled.startsWith('_Z') || mangled.length > longestName) return undefined;
  try {
    return print(new NameParser(mangled).whole());
  } catch (error) {
    if (error instanceof DemangleError) return undefined;
    throw error;
  }
}
