/** All simulated helpers of the kernel, by number. */
import { controlHelpers } from './control-helpers.ts';
import { type HelperTable, numbered } from './helper.ts';
import { mapHelpers } from './map-helpers.ts';
import { outputHelpers } from './output-helpers.ts';
import { probeReadHelpers } from './probe-read.ts';
import { stackHelpers } from './stack-helpers.ts';
import { taskHelpers } from './task-helpers.ts';

export const kernelHelpers: HelperTable = numbered({
  ...mapHelpers,
  ...probeReadHelpers,
  ...taskHelpers,
  ...outputHelpers,
  ...stackHelpers,
  ...controlHelpers,
});
