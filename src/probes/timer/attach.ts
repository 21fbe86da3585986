/**
 * `interval` and `profile`: a perf software clock. `profile` can be limited to a process; `interval` is what scripts
 * print their results with, so it goes on when the process sleeps.
 */
import { openPerfEvent } from '../../kernel/perf-event.ts';
import { type SampleRate, softwareCpuClock } from '../../kernel/perf-event-spec.ts';
import { type Attacher, openAll } from '../attacher.ts';
import { everyCpuOrTarget, oneCpu } from '../perf-scopes.ts';

export const attachTimer: Attacher<'timer'> = (point, { program }, environment) => {
  const spec = { kind: 'software', event: softwareCpuClock, rate: rateOf(point) } as const;
  const scopes = point.scope === 'one-cpu' ? oneCpu() : everyCpuOrTarget(environment);
  return openAll(scopes, (scope) => openPerfEvent(environment.kernel, spec, scope).attach(program));
};

function rateOf({ periodNs, frequencyHz }: Parameters<typeof attachTimer>[0]): SampleRate {
  return periodNs === undefined ? { frequencyHz: frequencyHz ?? 1n } : { period: periodNs };
}
