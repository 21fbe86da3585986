import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { strerror } from './strerror.ts';

it('has the texts of the C library', () => {
  const numbers = [0, 1, 2, 3, 4, 5, 7, 11, 12, 13, 14, 16, 17, 18, 20, 21, 22, 28, 34, 36, 38, 40, 95, 116];
  const script = `import os; print("\\n".join(os.strerror(n) for n in [${numbers}]))`;
  const expected = execFileSync('python3', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
  expect(numbers.map(strerror)).toEqual(expected);
  expect(strerror(-2)).toBe(strerror(2));
});
