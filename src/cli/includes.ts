/**
 * Headers that a program includes: `"name"` beside the including file, then both forms in the directories of `-I`.
 * What is not found there is left to the kernel's BTF, which has the types that system headers would give.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CompileOptions } from '../compiler/compile.ts';

type ReadInclude = NonNullable<CompileOptions['readInclude']>;

export function includeReader(directories: readonly string[]): ReadInclude {
  return (path, from) => {
    const beside = from === undefined ? [] : [dirname(from)];
    for (const candidate of [...beside, ...directories].map((folder) => join(folder, path)).concat(path)) {
      const text = readOptional(candidate);
      if (text !== undefined) return { name: candidate, text };
    }
    return undefined;
  };
}

/** As a byte string, like every program text. */
function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
