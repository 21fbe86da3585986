/** Watchpoints: a breakpoint event on every CPU, or on every thread of the process. */
import { openPerfEvent } from '../../kernel/perf-event.ts';
import { type Attacher, openAll } from '../attacher.ts';
import { everyCpuOrTarget } from '../perf-scopes.ts';

export const attachWatchpoint: Attacher<'watchpoint'> = (
  { address, length, mode },
  { program },
  environment,
) =>
  openAll(everyCpuOrTarget(environment), (scope) =>
    openPerfEvent(environment.kernel, { kind: 'breakpoint', address, length, mode }, scope).attach(program),
  );
