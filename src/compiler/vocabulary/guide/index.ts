/** All guides of the vocabulary, by name. */
import { aggregateGuides } from './aggregates.ts';
import { functionGuides } from './functions.ts';
import type { Guides } from './guide.ts';
import { outputGuides } from './output.ts';
import { valueGuides } from './values.ts';

export const callGuides: Guides = { ...functionGuides, ...outputGuides };
export { probeGuides } from './probes.ts';
export { aggregateGuides, valueGuides };
