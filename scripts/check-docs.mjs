// @ts-check
/**
 * Checks that what the documentation names is there: every path of this repository in a code span or a link, and
 * every npm script in a command. What commands print is checked by tests/docs, which runs them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fences, references } from './lib/markdown.mjs';
import { root } from './lib/run.mjs';

/** @typedef {{ readonly path: string, readonly text: string }} Page */
/** @typedef {{ readonly exists: (path: string) => boolean, readonly scripts: readonly string[] }} Repository */

const folders = 'src|tests|scripts|examples|docs|bench|fuzz|tools|web|\\.ci';
const repositoryPath = new RegExp(
  `^(?:${folders})/[\\w./-]*$|^[A-Z]{2,}(?:\\.md)?$|^package(?:-lock)?\\.json$`,
);

/** @param {Page} page @param {Repository} repository @returns {string[]} */
export function brokenReferences(page, repository) {
  const paths = references(page.text).flatMap(({ kind, text, line }) => {
    const path = kind === 'link' ? linkedPath(page.path, text) : codePath(text);
    return path === undefined || repository.exists(path)
      ? []
      : [`${page.path}:${line}: ${path} does not exist`];
  });
  const scripts = fences(page.text).flatMap(({ lines, line }) =>
    lines.flatMap((text, index) =>
      npmScripts(text)
        .filter((name) => !repository.scripts.includes(name))
        .map((name) => `${page.path}:${line + index + 1}: there is no npm script "${name}"`),
    ),
  );
  return [...paths, ...scripts];
}

/** @param {string} from @param {string} target */
function linkedPath(from, target) {
  if (/^(?:[a-z]+:|#)/.test(target)) return undefined;
  return posix.normalize(posix.join(posix.dirname(from), target.replace(/#.*$/, '')));
}

/** Words in capitals are paths only with an ending, or when they are LICENSE. @param {string} text */
function codePath(text) {
  if (!repositoryPath.test(text)) return undefined;
  return /^[A-Z]+$/.test(text) && text !== 'LICENSE' ? undefined : text;
}

/** @param {string} command */
function npmScripts(command) {
  return [...command.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
}

/** README.md and everything in docs/. @returns {Page[]} */
export function pages() {
  const names = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const docs = names.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  return ['README.md', ...docs.sort()].map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }));
}

/** @returns {Repository} */
export function thisRepository() {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return { exists: (path) => existsSync(join(root, path)), scripts: Object.keys(scripts) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = pages();
  const problems = all.flatMap((page) => brokenReferences(page, thisRepository()));
  for (const problem of problems) console.error(problem);
  console.log(`${all.length} pages, ${problems.length} broken references`);
  if (problems.length > 0) process.exitCode = 1;
}
