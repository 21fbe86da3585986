/** Software and hardware perf events: a counter on every CPU, or on the process of `-p`. */
import { openPerfEvent } from '../../kernel/perf-event.ts';
import { type Attacher, openAll } from '../attacher.ts';
import { everyCpuOrTarget } from '../perf-scopes.ts';

export const attachPerfCounter: Attacher<'perf-event'> = (
  { type, event, period },
  { program },
  environment,
) => {
  const spec = { kind: type, event, rate: { period } } as const;
  return openAll(everyCpuOrTarget(environment), (scope) =>
    openPerfEvent(environment.kernel, spec, scope).attach(program),
  );
};
