// @ts-check
/**
 * What a fresh clone lacks: the packages of package-lock.json, and for the tests some Debian packages. Nothing is
 * installed that is already there, so that the second run works without a network.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, which } from './run.mjs';

/** @typedef {{ command: string, package: string, why: string }} DebianTool */

/** What the tests run beside kscope; without one of them the tests that need it would fail. */
/** @type {readonly DebianTool[]} */
export const testTools = [
  { command: 'gcc', package: 'gcc', why: 'builds the traced test programs' },
  {
    command: 'as',
    package: 'binutils',
    why: 'assembles fixtures; readelf, nm and objcopy check the ELF reader',
  },
  { command: 'strace', package: 'strace', why: 'counts the system calls of kscope itself' },
  { command: 'python3', package: 'python3-minimal', why: 'makes system calls of known number and cost' },
  { command: 'ps', package: 'procps', why: 'is a traced program whose calls strace counts too' },
  { command: 'xz', package: 'xz-utils', why: 'compresses fixtures' },
  {
    command: '/usr/lib/postgresql/15/bin/pgbench',
    package: 'postgresql-15',
    why: 'is the traced database server, with its load generator',
  },
  { command: 'bpftrace', package: 'bpftrace', why: 'answers the same programs, for comparison' },
  { command: 'ldconfig', package: 'libc-bin', why: 'checks the lookup of libraries' },
];

/**
 * Whether all packages of the lock file are installed in its versions. npm leaves a list of what it installed;
 * packages for other machines are not in it.
 */
export function nodeModulesAreReady() {
  const installed = readPackages('node_modules/.package-lock.json');
  const wanted = Object.entries(readPackages('package-lock.json')).filter(
    ([path, { optional }]) => path !== '' && !optional,
  );
  return wanted.every(([path, { version }]) => installed[path]?.version === version);
}

/** @param {string} path @returns {Record<string, { readonly version?: string, readonly optional?: boolean }>} */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch {
    return {};
  }
}

/** `npm ci` when it is needed. @returns {boolean} whether everything is there now */
export function ensureNodeModules() {
  if (nodeModulesAreReady()) return true;
  console.error('Installing the packages of package-lock.json (npm ci)');
  return run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']) === 0;
}

/**
 * @param {readonly DebianTool[]} tools
 * @returns {boolean} whether everything is there now; says what is missing when not
 */
export function ensureDebianTools(tools) {
  const missing = tools.filter(({ command }) => which(command) === undefined);
  if (missing.length === 0) return true;
  const packages = [...new Set(missing.map((tool) => tool.package))];
  if (process.getuid?.() === 0 && which('apt-get') && installDebian(packages)) return true;
  for (const { command, package: name, why } of missing) {
    console.error(`${command} is missing (Debian package ${name}): it ${why}.`);
  }
  console.error(`Install with: sudo apt-get install ${packages.join(' ')}`);
  return false;
}

/** @param {readonly string[]} packages */
function installDebian(packages) {
  console.error(`Installing Debian packages: ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], env);
  return install() === 0 || (run('apt-get', ['update', '-qq'], env) === 0 && install() === 0);
}
