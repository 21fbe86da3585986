// @ts-check
/**
 * `npm test`, from a fresh clone too: installs what is missing, builds, runs every check, and ends with one line
 * `N passed, N failed, N skipped`. Each check that is not a test suite counts as one test. The tests in the virtual
 * machine come last, alone: emulation needs the processors for itself.
 *
 * With arguments, only those tests of this machine whose files they name.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDebianTools, ensureNodeModules, testTools } from './lib/dependencies.mjs';
import { readCaseReports, summarizeCases } from './lib/kernel-cases.mjs';
import { fail, local, root, run } from './lib/run.mjs';
import { addTallies, readReport } from './lib/tally.mjs';

/** @typedef {import('./lib/tally.mjs').Tally} Tally */

if (!ensureNodeModules())
  fail(
    'The packages could not be installed; npm says above why. Without a network: copy node_modules of the same package-lock.json here.',
  );
if (!ensureDebianTools(testTools)) fail('The tests need these programs.');

/** @type {readonly (readonly [title: string, command: string, args: readonly string[]])[]} */
const checks = [
  ['Build', process.execPath, ['scripts/build.mjs']],
  ['Types', local('tsc'), ['-p', '.']],
  ['Lint and format', local('biome'), ['check', '--error-on-warnings', '--log-level=warn']],
  ['Import arrows', process.execPath, ['scripts/check-imports.mjs']],
  ['Documentation', process.execPath, ['scripts/check-docs.mjs']],
  ['Rows of the language', process.execPath, ['scripts/check-coverage.mjs']],
];

const failure = { passed: 0, failed: 1, skipped: 0 };
const success = { passed: 1, failed: 0, skipped: 0 };
const filters = process.argv.slice(2);
/** Where test runs leave their reports. */
const folder = mkdtempSync(join(tmpdir(), 'kscope-test-'));

try {
  const tallies = checks.map(runCheck);
  tallies.push(runTests('Tests', filters));
  if (filters.length === 0) tallies.push(...runInVirtualMachine(), checkCases());
  const { passed, failed, skipped } = addTallies(tallies);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {readonly [title: string, command: string, args: readonly string[]]} check @returns {Tally} */
function runCheck([title, command, args]) {
  console.log(`\n— ${title}`);
  return run(command, args) === 0 ? success : failure;
}

/** Boots it once before, so that what it needs is fetched outside of any test's time. @returns {Tally[]} */
function runInVirtualMachine() {
  const boots = runCheck(['Virtual machine', process.execPath, ['scripts/vm/main.mjs', 'uname', '-srm']]);
  if (boots.failed > 0) return [boots];
  return [boots, runTests('Tests in the virtual machine', ['--maxWorkers=1'], { KSCOPE_VM_TESTS: '1' })];
}

/** A line for each kernel. @returns {Tally} */
function checkCases() {
  const nowhere = JSON.parse(readFileSync(join(root, 'tests/kernels/nowhere.json'), 'utf8'));
  const { lines, problems } = summarizeCases(readCaseReports(folder), nowhere);
  for (const line of ['', ...lines]) console.log(line);
  for (const problem of problems) console.error(problem);
  return problems.length === 0 ? success : failure;
}

/**
 * Everything that vitest finds.
 * @param {string} title @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env] @returns {Tally}
 */
function runTests(title, args, env = {}) {
  console.log(`\n— ${title}`);
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  try {
    const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
    const environment = { ...process.env, ...env, KSCOPE_CASE_REPORTS: folder };
    const status = run(local('vitest'), ['run', ...reporters, ...args], environment);
    const { tally, skips } = readReport(readFileSync(report, 'utf8'));
    for (const skip of skips) console.log(`skipped: ${skip}`);
    // A failure outside any test, such as an error after the last one, is in the status only.
    return status !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
  } catch (error) {
    console.error(`The test runner left no report: ${error}`);
    return failure;
  }
}
