// @ts-check
/**
 * Checks every import of src/ and tools/ against the allowed arrows, so that the layers stay layers: the compiler
 * free of the kernel, the pure folders free of Node.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layers, testFiles } from './lib/arrows.mjs';
import { root } from './lib/run.mjs';

/** @typedef {{ readonly path: string, readonly text: string }} SourceFile */

const specifier =
  /(?:^|[\n;])\s*(?:import|export)\b(?:[^'";]*?\bfrom)?\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

/**
 * What is forbidden in a file, a message each.
 * @param {SourceFile} file @returns {string[]}
 */
export function forbiddenImports({ path, text }) {
  if (testFiles.test(path)) return [];
  const layer = layers.find(({ files }) => files.test(path));
  if (!layer) return [`${path}: this folder has no place in scripts/lib/arrows.mjs`];
  return [...text.matchAll(specifier)]
    .map((match) => ({ name: match[1] ?? match[2] ?? '', line: lineAt(text, match) }))
    .flatMap(({ name, line }) => {
      const reason = whyForbidden(layer, path, name);
      return reason === undefined ? [] : [`${path}:${line}: ${reason}`];
    });
}

/** @param {typeof layers[number]} layer @param {string} path @param {string} name */
function whyForbidden(layer, path, name) {
  if (name.startsWith('node:'))
    return layer.node ? undefined : `${layer.name} is pure, it may not import ${name}`;
  if (!name.startsWith('.')) {
    return layer.packages?.includes(name) ? undefined : `${layer.name} may not import the package ${name}`;
  }
  const target = posix.join(posix.dirname(path), name);
  if (testFiles.test(target)) return `${target} is for tests only`;
  const to = layers.find(({ files }) => files.test(target))?.name;
  if (to === layer.name || (to !== undefined && layer.imports.includes(to))) return undefined;
  return `${layer.name} may not import ${to ?? 'outside the layers'} (${target})`;
}

/** @param {string} text @param {RegExpMatchArray} match */
function lineAt(text, match) {
  const end = (match.index ?? 0) + match[0].length;
  return text.slice(0, end).split('\n').length;
}

/** @param {string} folder @returns {SourceFile[]} */
export function sourceFiles(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = ['src', 'tools'].flatMap(sourceFiles);
  const problems = files.flatMap(forbiddenImports);
  for (const problem of problems) console.error(problem);
  console.log(`${files.length} files, ${problems.length} forbidden imports`);
  if (problems.length > 0) process.exitCode = 1;
}
