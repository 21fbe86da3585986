/**
 * The report on `test` probes, in the form that people know from GoogleTest, the table of `bench` probes, and both
 * as JSON records (language reference, sections 1.7 and 6.10). Colours are part of the form. Texts are byte strings.
 */
import { jsonString } from './json-text.ts';

export interface TestOutcome {
  readonly name: string;
  readonly passed: boolean;
  readonly durationNs: number;
  /** What the test printed. */
  readonly output: string;
}

export interface BenchOutcome {
  readonly name: string;
  readonly averageNs: number;
  readonly iterations: number;
}

/** What is written before, for, and after the tests. */
export interface TestReport {
  begin(count: number): string;
  start(name: string): string;
  result(outcome: TestOutcome): string;
  end(outcomes: readonly TestOutcome[]): string;
}

const tag = (color: 31 | 32, label: string) => `\x1b[${color}m[${label}]\x1b[0m `;
const green = (label: string) => tag(32, label);
const red = (label: string) => tag(31, label);
const rule = '==========';
const tests = (count: number) => (count === 1 ? '1 test' : `${count} tests`);

export const textTestReport: TestReport = {
  begin: (count) => `${green(rule)}Running ${count} tests.\n`,
  start: (name) => `${green(' RUN      ')}${name}\n`,
  result: ({ name, passed, durationNs, output }) => {
    const label = passed ? green('       OK ') : `${output}${red('  FAILED  ')}`;
    return `${label}${name} (${durationText(durationNs)})\n`;
  },
  end: (outcomes) => {
    const failed = outcomes.filter(({ passed }) => !passed);
    const head = `${green(rule)}${tests(outcomes.length)} ran.\n${green('  PASSED  ')}${tests(outcomes.length - failed.length)}.\n`;
    if (failed.length === 0) return head;
    const list = failed.map(({ name }) => `${red('  FAILED  ')}${name}\n`).join('');
    return `${head}${red('  FAILED  ')}${tests(failed.length)}, listed below:\n${list}`;
  },
};

export const jsonTestReport: TestReport = {
  begin: () => '',
  start: () => '',
  result: ({ name, passed, durationNs, output }) => {
    const fields = `"duration": ${durationNs}, "passed": ${passed}, "output": ${jsonString(output)}`;
    return `{"type": "test_result", "data": {${jsonString(name)}: {${fields}}}}\n`;
  },
  end: () => '',
};

const units = [
  ['s', 1e9],
  ['ms', 1e6],
  ['\xce\xbcs', 1e3],
] as const;

function durationText(ns: number): string {
  const unit = units.find(([, size]) => ns >= size);
  return unit === undefined ? `${ns} ns` : `${Math.round(ns / unit[1])} ${unit[0]}`;
}

const [leastNameWidth, timeWidth] = [41, 15];

/** Columns are as wide as the reference has them, and wider for longer names. */
export function benchTable(outcomes: readonly BenchOutcome[]): string {
  const nameWidth = Math.max(leastNameWidth, ...outcomes.map(({ name }) => name.length + 1));
  const row = (name: string, time: string, iterations: string) =>
    `${name.padEnd(nameWidth)}${time.padEnd(timeWidth)}${iterations}`;
  const header = row('Benchmark', 'Time(ns)', 'Iterations');
  const rows = outcomes.map(({ name, averageNs, iterations }) =>
    row(name, String(averageNs), String(iterations)),
  );
  return [header, '-'.repeat(header.length), ...rows].map((line) => `${line}\n`).join('');
}

export function benchRecord({ name, averageNs, iterations }: BenchOutcome): string {
  const fields = `"average": ${averageNs}, "iters": ${iterations}`;
  return `{"type": "benchmark_result", "data": {${jsonString(name)}: {${fields}}}}\n`;
}
