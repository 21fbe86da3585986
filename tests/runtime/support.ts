/** Tests that trace: skipped, and counted as skipped, where nobody may. */
import { describe } from 'vitest';
import { cannotTrace } from './harness.ts';

export function describeTracing(name: string, tests: () => void): void {
  const reason = cannotTrace;
  if (reason) describe.skip(`${name} (${reason})`, tests);
  else describe(name, tests);
}
