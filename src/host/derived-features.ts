/** What the compiler asks for by one name, and what of the kernel's features (src/features) it takes. */
import type { Features } from '../features/features.ts';

export const derivedFeatures: ReadonlyMap<string, (features: Features) => boolean> = new Map([
  // A typed task pointer is of use only when its fields can be found.
  ['task_btf', (features: Features) => features.has('btf') && features.has('get_current_task_btf')],
  // Our own decision and no feature of the kernel; there to be done without.
  ['attach_lowering', () => true],
]);
