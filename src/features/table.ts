/** The one list of features, by kind. */
import type { FeatureProbe } from './feature.ts';
import { attachProbes } from './probes/attach.ts';
import { helperProbes } from './probes/helpers.ts';
import { instructionProbes } from './probes/instructions.ts';
import { mapProbes } from './probes/maps.ts';
import { programProbes } from './probes/programs.ts';
import { systemProbes } from './probes/system.ts';

export const featureProbes: readonly FeatureProbe[] = [
  ...systemProbes,
  ...instructionProbes,
  ...mapProbes,
  ...programProbes,
  ...attachProbes,
  ...helperProbes,
];
