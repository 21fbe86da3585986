/**
 * Files behind `import "path";`: relative to the importing file, or to the current directory for a program that is
 * no file. Of a directory, all files that can be imported, by name. A path through a directory that everybody may
 * write to is not used: what is imported runs in the kernel with our rights.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { type ImportReader, isImportable } from '../compiler/2-expand/imports.ts';
import type { Source } from '../compiler/ast.ts';

const writableByAll = 0o002;

export const readImport: ImportReader = (path, from) => {
  const base = existsSync(from) ? dirname(from) : '.';
  const found = isAbsolute(path) ? path : join(base, path);
  if (!existsSync(found)) return { kind: 'missing', checked: [found] };
  const directory = statSync(found).isDirectory() ? found : dirname(found);
  if (isWritableByAll(directory)) return { kind: 'missing', checked: [found], writable: [directory] };
  if (directory !== found) return { kind: 'found', files: [read(found)] };
  const names = readdirSync(found).filter(isImportable).sort();
  return { kind: 'found', files: names.map((name) => read(join(found, name))) };
};

function isWritableByAll(directory: string): boolean {
  return (statSync(directory).mode & writableByAll) !== 0;
}

function read(name: string): Source {
  return { name, text: readFileSync(name, 'latin1') };
}
