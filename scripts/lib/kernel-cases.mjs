// @ts-check
/**
 * What became of the cases of tests/kernels on each kernel: a line a kernel, and the cases that ran on none. Those must
 * be listed with their reason in tests/kernels/nowhere.json, and only those may be.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ readonly kernel: string, readonly where: string, readonly ran: readonly string[],
 *   readonly skipped: Readonly<Record<string, string>> }} CaseReport
 */

/** Reports that the test runs left there. @param {string} folder @returns {CaseReport[]} */
export function readCaseReports(folder) {
  const files = readdirSync(folder).filter((name) => name.startsWith('cases-'));
  return files.sort().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

/**
 * @param {readonly CaseReport[]} reports @param {Readonly<Record<string, string>>} nowhere
 * @returns {{ lines: string[], problems: string[] }}
 */
export function summarizeCases(reports, nowhere) {
  const ran = new Set(reports.flatMap((report) => report.ran));
  const skipped = [...new Set(reports.flatMap((report) => Object.keys(report.skipped)))];
  const orphans = skipped.filter((name) => !ran.has(name));
  const lines = reports.map(({ kernel, where, ran: here, skipped: skips }) => {
    const names = Object.keys(skips);
    const elsewhere = names.filter((name) => ran.has(name)).length;
    return `Linux ${kernel} (${where}): ${here.length} cases ran, ${names.length} skipped (${elsewhere} ran on the other kernel)`;
  });
  const reasons = (/** @type {string} */ name) =>
    reports
      .flatMap(({ where, skipped: skips }) => (skips[name] ? [`${where}: ${skips[name]}`] : []))
      .join('; ');
  return {
    lines: [
      ...lines,
      ...orphans.map((name) => `ran on no kernel: ${name}: ${nowhere[name] ?? reasons(name)}`),
    ],
    problems: [
      ...orphans
        .filter((name) => nowhere[name] === undefined)
        .map(
          (name) =>
            `"${name}" ran on no kernel (${reasons(name)}): list it with its reason in tests/kernels/nowhere.json`,
        ),
      ...Object.keys(nowhere)
        .filter((name) => !orphans.includes(name))
        .map(
          (name) =>
            `"${name}" is listed in tests/kernels/nowhere.json, but ${ran.has(name) ? 'it ran' : 'there is no such case'}`,
        ),
    ],
  };
}
