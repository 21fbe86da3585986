import { expect, test } from 'vitest';
import { median, summarise, table } from './summary.mjs';

const one = (tool: string, seconds: number, megabytes = 10) => ({ name: 'a', tool, seconds, megabytes });

test('medians of odd and even numbers of runs', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([10, 9])).toBe(9.5);
});

test('measurements are taken together by case and tool', () => {
  const summary = summarise([
    one('kscope', 1),
    one('bpftrace', 4, 40),
    one('kscope', 3, 30),
    one('kscope', 2, 20),
  ]);
  expect(summary).toEqual([
    {
      name: 'a',
      medians: [
        { tool: 'kscope', seconds: 2, megabytes: 20, runs: 3 },
        { tool: 'bpftrace', seconds: 4, megabytes: 40, runs: 1 },
      ],
    },
  ]);
  expect(table(summary)).toContain('ratio         0.500     0.50');
});

test('without the other tool there is no ratio', () => {
  expect(table(summarise([one('kscope', 1)]))).not.toContain('ratio');
});
