/** All cases, by group. */
import type { KernelCase } from './case.ts';
import { fentryCases } from './cases/fentry.ts';
import { kprobeCases, kprobeMistakes } from './cases/kprobe.ts';
import { hardwareCases, iteratorCases, listingCases, syscallCases, watchpointCases } from './cases/others.ts';
import { referenceCases } from './cases/reference.ts';

export const groups: readonly (readonly [string, readonly KernelCase[]])[] = [
  ['kprobe', kprobeCases],
  ['mistakes with kprobe', kprobeMistakes],
  ['fentry', fentryCases],
  ['iter', iteratorCases],
  ['watchpoint', watchpointCases],
  ['hardware', hardwareCases],
  ['listing', listingCases],
  ['system calls', syscallCases],
  ['examples of the reference', referenceCases],
];
