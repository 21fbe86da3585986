/**
 * Tracepoints whose program reads the record that the kernel prepares: a perf event. One is enough for all CPUs,
 * because the kernel calls the program before it looks at the CPU the event was opened for.
 */
import { UnsupportedFeatureError } from '../../kernel/errors.ts';
import { openPerfEvent } from '../../kernel/perf-event.ts';
import type { Attacher } from '../attacher.ts';

export const attachTracepoint: Attacher<'tracepoint'> = ({ subsystem, event }, { program }, environment) => {
  const name = `${subsystem}:${event}`;
  const id = environment.tracefs().eventId(subsystem, event);
  if (id === undefined) {
    throw new UnsupportedFeatureError(
      `the tracepoint ${name}`,
      'it has no such event, or it cannot be enabled',
    );
  }
  const opened = openPerfEvent(environment.kernel, { kind: 'tracepoint', id, name }, { cpu: 0 });
  return [opened.attach(program)];
};
