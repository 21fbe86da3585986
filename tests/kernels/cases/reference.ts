/** The examples of the reference that need what not every kernel has; the others run with tests/docs/. */
import { expect } from 'vitest';
import { referenceExamples } from '../../../scripts/reference-pages.ts';
import { matches } from '../../support/sample.ts';
import type { KernelCase } from '../case.ts';

export const referenceCases: readonly KernelCase[] = referenceExamples().flatMap(([name, { example }]) => {
  const { needs, options = [], program, output } = example;
  if (needs === undefined) return [];
  return [
    {
      name,
      needs,
      args: [...options, '-e', program],
      check: ({ stdout, stderr, status }) => {
        expect(status, stderr).toBe(0);
        expect(matches(stdout, output), `${stdout}\ninstead of\n${output}`).toBe(true);
      },
    },
  ];
});
