import { expect, test } from 'vitest';
import { runInKernel } from '../../testing/run.ts';

test('the largest search that is accepted is one that the verifier accepts', () => {
  const source =
    'begin { @a = str((int8*)0); $x = "some text"; @w = str((int8*)&$x, 256); print(strstr(@a, @w)); print(strstr(@w, @w)); }';
  expect(runInKernel(source)).toBe('-1\n0\n');
});
