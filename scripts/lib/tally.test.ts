import { expect, test } from 'vitest';
import { addTallies, readReport } from './tally.mjs';

const file = (status: string, ...tests: readonly (readonly [status: string, fullName: string])[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map(([of, fullName]) => ({ status: of, fullName })),
});

test('a report becomes counts, skips keep their names', () => {
  const testResults = [
    file('passed', ['passed', 'a'], ['skipped', ' b needs root'], ['todo', 'c']),
    file('failed', ['failed', 'd'], ['passed', 'e']),
  ];
  expect(readReport(JSON.stringify({ testResults }))).toEqual({
    tally: { passed: 2, failed: 1, skipped: 2 },
    skips: ['b needs root', 'c'],
  });
});

test('a file that could not be loaded is a failure', () => {
  expect(readReport(JSON.stringify({ testResults: [file('failed')] })).tally).toEqual({
    passed: 0,
    failed: 1,
    skipped: 0,
  });
});

test('tallies add up', () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(addTallies([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6 });
  expect(addTallies([])).toEqual({ passed: 0, failed: 0, skipped: 0 });
});
