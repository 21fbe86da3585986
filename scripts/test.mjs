// @ts-check
/**
 * `npm test`, from a fresh clone too: installs what is missing, builds, runs every check, and ends with one line
 * `N passed, N failed, N skipped`. Each check that is not a test suite counts as one test.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDebianTools, ensureNodeModules, testTools } from './lib/dependencies.mjs';
import { fail, local, run } from './lib/run.mjs';
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
];

/** @type {Tally[]} */
const tallies = checks.map(([title, command, args]) => {
  console.log(`\n— ${title}`);
  return run(command, args) === 0
    ? { passed: 1, failed: 0, skipped: 0 }
    : { passed: 0, failed: 1, skipped: 0 };
});
tallies.push(runTests(), runBenchmarks());
const { passed, failed, skipped } = addTallies(tallies);
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;

/** A short run that fails on gross regressions, by ratio to bpftrace or to kscope's own plain way. @returns {Tally} */
function runBenchmarks() {
  console.log('\n— Benchmarks, short');
  if (process.argv.length > 2 || process.getuid?.() !== 0) {
    console.log('skipped: benchmarks (they need root, and a run of all tests)');
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const held = run(process.execPath, ['bench/run.mjs', '--short']) === 0;
  return { passed: held ? 1 : 0, failed: held ? 0 : 1, skipped: 0 };
}

/** Unit tests, corpus and runtime tests: everything that vitest finds. @returns {Tally} */
function runTests() {
  console.log('\n— Tests');
  const folder = mkdtempSync(join(tmpdir(), 'kscope-test-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
    const status = run(local('vitest'), ['run', ...reporters, ...process.argv.slice(2)]);
    const { tally, skips } = readReport(readFileSync(report, 'utf8'));
    for (const skip of skips) console.log(`skipped: ${skip}`);
    // A failure outside any test, such as an error after the last one, is in the status only.
    return status !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
  } catch (error) {
    console.error(`The test runner left no report: ${error}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
