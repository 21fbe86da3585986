/** The forms of reports on tests and benchmarks. */
import { describe, expect, it } from 'vitest';
import { benchRecord, benchTable, jsonTestReport, textTestReport } from './self-test-report.ts';

const good = { name: 'ok', passed: true, durationNs: 11_500, output: 'hidden\n' };
const bad = { name: 'bad', passed: false, durationNs: 7, output: 'shown\n' };
/** Colours as letters, so that they can be read. */
const plain = (text: string) =>
  text.replaceAll('\x1b[32m', 'G').replaceAll('\x1b[31m', 'R').replaceAll('\x1b[0m', '');

describe('report on tests', () => {
  it('shows what a test printed only when it failed', () => {
    expect(plain(textTestReport.result(good))).toBe('G[       OK ] ok (12 \xce\xbcs)\n');
    expect(plain(textTestReport.result(bad))).toBe('shown\nR[  FAILED  ] bad (7 ns)\n');
  });

  it('counts, and lists those that failed', () => {
    expect(textTestReport.begin(1) + textTestReport.start('x')).toBe(
      '\x1b[32m[==========]\x1b[0m Running 1 tests.\n\x1b[32m[ RUN      ]\x1b[0m x\n',
    );
    expect(plain(textTestReport.end([good]))).toBe('G[==========] 1 test ran.\nG[  PASSED  ] 1 test.\n');
    expect(plain(textTestReport.end([good, bad, bad]))).toBe(
      'G[==========] 3 tests ran.\nG[  PASSED  ] 1 test.\nR[  FAILED  ] 2 tests, listed below:\nR[  FAILED  ] bad\nR[  FAILED  ] bad\n',
    );
  });

  it('is one record a test in JSON', () => {
    expect(jsonTestReport.result(good)).toBe(
      '{"type": "test_result", "data": {"ok": {"duration": 11500, "passed": true, "output": "hidden\\n"}}}\n',
    );
  });
});

describe('table of benchmarks', () => {
  it('has three columns', () => {
    expect(benchTable([{ name: 'ok', averageNs: 18, iterations: 80_000 }]).split('\n')).toEqual([
      'Benchmark                                Time(ns)       Iterations',
      '-'.repeat(66),
      'ok                                       18             80000',
      '',
    ]);
  });

  it('makes room for long names', () => {
    const name = 'x'.repeat(50);
    expect(benchTable([{ name, averageNs: 1, iterations: 2 }])).toContain(`\n${name} 1 `);
  });

  it('is one record a benchmark in JSON', () => {
    expect(benchRecord({ name: 'ok', averageNs: 20, iterations: 80_000 })).toBe(
      '{"type": "benchmark_result", "data": {"ok": {"average": 20, "iters": 80000}}}\n',
    );
  });
});
