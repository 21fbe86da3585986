/**
 * Kprobes and kretprobes: all functions in one multi-kprobe link where the program was loaded for one, else a perf
 * event for each. A perf kprobe has to be opened for some CPU, but hits on all.
 */
import { attachKprobeMulti } from '../../kernel/link.ts';
import { openPerfEvent } from '../../kernel/perf-event.ts';
import { type Attacher, openAll, type PointOf } from '../attacher.ts';

export const attachKprobe: Attacher<'kprobe'> = (point, { program, spec }, { kernel }) => {
  if (spec.expectedAttach === 'kprobe_multi') return [attachKprobeMulti(kernel, program, functionsOf(point))];
  return openAll(point.targets, ({ symbol, offset, cookie }) => {
    const event = { kind: 'kprobe', symbol, offset, return: point.return } as const;
    return openPerfEvent(kernel, event, { cpu: 0 }).attach(program, cookie);
  });
};

/** A multi-kprobe link looks names up in all modules, and takes none with a module in front. */
function functionsOf({ targets, return: returns }: PointOf<'kprobe'>) {
  const cookies = targets.map((target) => target.cookie ?? 0n);
  return {
    symbols: targets.map(({ symbol }) => symbol.slice(symbol.indexOf(':') + 1)),
    ...(cookies.some((cookie) => cookie !== 0n) ? { cookies } : {}),
    return: returns,
  };
}
