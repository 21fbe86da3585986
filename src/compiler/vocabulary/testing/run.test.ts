import { expect, test } from 'vitest';
import { heads, run } from './run.ts';

test('what both machines print, and what compiling says', () => {
  expect(run('begin { print((1, "a")); printf("%s %d\\n", str("longer than a word"), 5); exit(3); }')).toBe(
    '(1, a)\nlonger than a word 5\n<exit 3>\n',
  );
  expect(heads('begin { nosuch(1); }')).toEqual(["stdin:1:9-18: ERROR: Unknown function: 'nosuch'"]);
});
