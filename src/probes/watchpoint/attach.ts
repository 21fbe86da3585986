/** Watchpoints: a breakpoint event on every CPU, or on every thread of the process. */
import { openPerfEvent } from '../../kernel/perf-event.ts';
import type { PerfScope } from '../../kernel/perf-event-spec.ts';
import { type Attacher, openAll } from '../attacher.ts';
import { everyCpu, threadsOf } from '../perf-scopes.ts';

export const attachWatchpoint: Attacher<'watchpoint'> = (
  { address, length, mode, pid },
  { program },
  { kernel },
) => {
  const scopes: readonly PerfScope[] =
    pid === undefined ? everyCpu() : threadsOf(pid).map((tid) => ({ pid: tid, inherit: true }));
  return openAll(scopes, (scope) =>
    openPerfEvent(kernel, { kind: 'breakpoint', address, length, mode }, scope).attach(program),
  );
};
