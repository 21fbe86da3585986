// @ts-check
/**
 * Checks that every row of the language reference's tables has a case. tests/coverage/ lists the rows in our own
 * words, a file for each area:
 *
 *     ## a table
 *     a row
 *       tests/language/integers.txt: text that stands in the case
 *       tests/corpus/loops
 *
 * A row without a case, a file that is not there, a text that the file does not have and a case that is still
 * listed as pending are problems.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './lib/run.mjs';

/** @typedef {{ readonly path: string, readonly text: string | undefined, readonly line: number }} Case */
/** @typedef {{ readonly table: string, readonly name: string, readonly line: number, readonly cases: Case[] }} Row */
/** @typedef {{ readonly path: string, readonly text: string }} Page */
/** The text of a file; empty for a folder. @typedef {(path: string) => string | undefined} Read */

const pendingLists = new Map([
  ['tests/vectors/accepted.txt', 'tests/vectors/pending-accepted.txt'],
  ['tests/vectors/rejected.txt', 'tests/vectors/pending-rejected.txt'],
]);

/** @param {string} text @returns {Row[]} */
export function parseRows(text) {
  /** @type {Row[]} */
  const rows = [];
  let table = '';
  for (const [index, content] of text.split('\n').entries()) {
    if (content.trim() === '' || content.startsWith('# ')) continue;
    if (content.startsWith('## ')) table = content.slice(3);
    else if (content.startsWith('  ')) rows.at(-1)?.cases.push(parseCase(content.trim(), index + 1));
    else rows.push({ table, name: content, line: index + 1, cases: [] });
  }
  return rows;
}

/** @param {string} content @param {number} line @returns {Case} */
function parseCase(content, line) {
  const colon = content.indexOf(': ');
  if (colon < 0) return { path: content, text: undefined, line };
  return { path: content.slice(0, colon), text: content.slice(colon + 2), line };
}

/** @param {Page} page @param {Read} read @returns {string[]} */
export function uncovered({ path, text }, read) {
  return parseRows(text).flatMap(({ table, name, line, cases }) => {
    if (cases.length === 0) return [`${path}:${line}: ${table}: "${name}" has no case`];
    return cases.flatMap((one) => {
      const reason = whyNot(one, read);
      return reason === undefined ? [] : [`${path}:${one.line}: ${reason}`];
    });
  });
}

/** @param {Case} one @param {Read} read */
function whyNot({ path, text }, read) {
  const content = read(path);
  if (content === undefined) return `${path} does not exist`;
  if (text === undefined) return undefined;
  if (!content.includes(text)) return `${path} has no "${text}"`;
  const pending = read(pendingLists.get(path) ?? '') ?? '';
  return pending.includes(text) ? `"${text}" of ${path} is pending` : undefined;
}

/** @returns {Page[]} */
export function coveragePages() {
  return readdirSync(join(root, 'tests/coverage'))
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => `tests/coverage/${name}`)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** @type {Read} */
export function readRepository(path) {
  const file = join(root, path);
  if (path === '' || !existsSync(file)) return undefined;
  return /\.\w+$/.test(path) ? readFileSync(file, 'utf8') : '';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = coveragePages();
  const problems = pages.flatMap((page) => uncovered(page, readRepository));
  for (const problem of problems) console.error(problem);
  const rows = pages.flatMap(({ text }) => parseRows(text));
  const covered = rows.filter(({ cases }) => cases.length > 0).length;
  console.log(`${covered} of ${rows.length} rows of the language reference have a case`);
  if (problems.length > 0) process.exitCode = 1;
}
