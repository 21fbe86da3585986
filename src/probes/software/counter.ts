/** What `software` and `hardware` have in common: a perf counter by name, with a program run every COUNT events. */
import { compileWildcard, hasWildcard } from '../../base/wildcard.ts';
import { parseCount } from '../number.ts';
import type { ExpandEnvironment, ProbeType } from '../probe-type.ts';

export interface CounterEvent {
  /** PERF_COUNT_* (linux/perf_event.h). */
  readonly number: number;
  readonly defaultPeriod: bigint;
}

export function counterProbe(
  name: 'software' | 'hardware',
  alias: string,
  events: ReadonlyMap<string, CounterEvent>,
): ProbeType {
  const type: ProbeType = {
    name,
    aliases: [alias],
    probetype: name,
    partCounts: [1, 2],
    listed: 'kernel',
    expand(parts, environment) {
      const [eventName, count] = [parts[0]!, parts[1]];
      const event = events.get(eventName);
      if (event === undefined) return reject(eventName, environment);
      const period = !count ? event.defaultPeriod : parsePeriod(count, environment);
      if (period === undefined) return [];
      return [
        {
          type,
          name: !count ? `${name}:${eventName}` : `${name}:${eventName}:${period}`,
          programType: 'perf_event',
          point: { kind: 'perf-event', type: name, event: event.number, period },
          via: `perf ${name} event on every CPU`,
          context: { kind: 'perf-event' },
          space: 'unknown',
        },
      ];
    },
    list: ([pattern]) =>
      [...events.keys()].filter(compileWildcard(pattern || '*')).map((event) => `${name}:${event}:`),
  };

  function reject(eventName: string, environment: ExpandEnvironment): [] {
    const known = `known: ${[...events.keys()].join(', ')}`;
    if (hasWildcard(eventName)) environment.error(`wildcards are not allowed for ${name} probe type`);
    else environment.error(`${eventName} is not a ${name} probe`, known);
    return [];
  }

  function parsePeriod(text: string, environment: ExpandEnvironment): bigint | undefined {
    // `software:faults:` is how listings write it: the default period.
    const parsed = parseCount(text);
    if (parsed.value === undefined) environment.error(`Invalid count for ${name} probe: ${parsed.problem}`);
    else if (parsed.value === 0n) environment.error(`${name} count should be a positive integer`);
    else return parsed.value;
    return undefined;
  }

  return type;
}
