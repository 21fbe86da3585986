// @ts-check
/** Counting test results: vitest's JSON report becomes three numbers and the names of what was skipped. */

/** @typedef {{ readonly passed: number, readonly failed: number, readonly skipped: number }} Tally */

/** @param {readonly Tally[]} tallies @returns {Tally} */
export function addTallies(tallies) {
  return tallies.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/**
 * Files that could not be loaded have no tests of their own; each counts as one failure.
 * @param {string} json @returns {{ tally: Tally, skips: string[] }}
 */
export function readReport(json) {
  /** @type {{ testResults: { name: string, status: string, assertionResults: { status: string, fullName: string }[] }[] }} */
  const { testResults } = JSON.parse(json);
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  const count = (/** @type {string} */ status) => tests.filter((one) => one.status === status).length;
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  return {
    tally: { passed: count('passed'), failed: count('failed') + broken.length, skipped: skipped.length },
    skips: skipped.map(({ fullName }) => fullName.trim()),
  };
}
