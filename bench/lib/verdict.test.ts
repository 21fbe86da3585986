import { expect, test } from 'vitest';
import type { Metric } from './case.ts';
import type { Measurement } from './runner.ts';
import { geometricMean, lowerQuartile, median } from './statistics.ts';
import { judge, meanRow, table } from './verdict.ts';

const measured = (own: readonly number[], peer: readonly number[]): Measurement => ({
  case: 'start',
  metric: 'time',
  unit: 's',
  values: { kscope: own, bpftrace: peer },
});
const time: Metric = { unit: 's', better: 'less', bar: 0.6 };
const strict = { tolerance: 1, againstBpftrace: true };

test('medians of odd and even numbers of runs, means of ratios', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([10, 9])).toBe(9.5);
  expect(geometricMean([0.5, 2])).toBeCloseTo(1);
  expect(lowerQuartile([8, 1, 2, 7, 3, 4, 6, 5])).toBe(3);
});

test('a ratio beyond its bar is missed, one within it holds', () => {
  expect(judge(measured([1, 9, 1], [2, 2, 2]), time, strict)).toMatchObject({ ratio: 0.5, holds: true });
  expect(judge(measured([1.5], [2]), time, strict)).toMatchObject({ ratio: 0.75, holds: false });
});

test('where more is better the bar is a least', () => {
  const rate: Metric = { unit: '', better: 'more', bar: 1 };
  expect(judge(measured([9], [10]), rate, strict).holds).toBe(false);
  expect(judge(measured([11], [10]), rate, strict).holds).toBe(true);
});

test('a short run tolerates more, but not everything', () => {
  const short = { tolerance: 2, againstBpftrace: true };
  expect(judge(measured([2], [2]), time, short).holds).toBe(true);
  expect(judge(measured([3], [2]), time, short).holds).toBe(false);
});

test('numbers that are ratios themselves have a most', () => {
  const lost: Metric = { unit: '', better: 'less', most: 0 };
  expect(judge(measured([0.1], [0.9]), lost, strict).holds).toBe(false);
  expect(judge(measured([0], [0]), lost, strict).holds).toBe(true);
});

test('kscope failing is a failure, the peer failing is none', () => {
  expect(judge(measured([], [1]), time, strict).holds).toBe(false);
  expect(judge(measured([1], []), time, strict)).toMatchObject({ ratio: undefined, holds: true });
});

test('the table has medians, ratios and what was missed', () => {
  const rows = [judge(measured([3], [2]), time, strict)];
  const text = table([...rows, meanRow('mean', rows, 0.6)!], 'bpftrace');
  expect(text).toContain('start: time');
  expect(text).toMatch(/3 s\s+2 s\s+1\.50\s+ratio ≤ 0\.6\s+← missed/);
  expect(text).toMatch(/mean: of 1 programs\s+1\.50/);
});
