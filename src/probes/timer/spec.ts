/**
 * `interval` (one CPU) and `profile` (every CPU): a perf software clock that fires at a period or a frequency.
 * PERF_COUNT_SW_CPU_CLOCK counts nanoseconds, so periods are given as they are (perf_event_open(2)).
 */

import { parseCount } from '../number.ts';
import type { ExpandEnvironment, ProbeType, ResolvedProbe } from '../probe-type.ts';

const unitsNs: ReadonlyMap<string, bigint> = new Map([
  ['us', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
]);

const minimumNs = 1_000n;

function timer(name: 'interval' | 'profile', alias: string): ProbeType {
  const type: ProbeType = {
    name,
    aliases: [alias],
    probetype: name,
    partCounts: [1, 2],
    listed: 'never',
    expand: (parts, environment) => {
      const rate =
        parts.length === 1
          ? parsePeriod(name, parts[0]!, environment)
          : parseRate(name, parts[0]!, parts[1]!, environment);
      if (rate === undefined) return [];
      return [resolve(rate)];
    },
    list: () => ['hz', 'ms', 's', 'us'].map((unit) => `${name}:${unit}:`),
  };

  function resolve(rate: Rate): ResolvedProbe {
    const scope = name === 'interval' ? 'one-cpu' : 'every-cpu';
    return {
      type,
      name: `${name}:${rate.unit}:${rate.count}`,
      programType: 'perf_event',
      point: {
        kind: 'timer',
        scope,
        ...(rate.periodNs === undefined ? { frequencyHz: rate.count } : { periodNs: rate.periodNs }),
      },
      via: `perf cpu-clock on ${scope === 'one-cpu' ? 'one CPU' : 'every CPU'}`,
      context: { kind: 'perf-event' },
      space: 'unknown',
    };
  }
  return type;
}

interface Rate {
  readonly unit: string;
  readonly count: bigint;
  readonly periodNs: bigint | undefined;
}

/** `interval:1s`, `profile:10ms`: nanoseconds, rounded down to microseconds, which is how they are named. */
function parsePeriod(name: string, text: string, environment: ExpandEnvironment): Rate | undefined {
  const parsed = parseCount(text);
  if (parsed.value === undefined) {
    environment.error(`Invalid rate of ${name} probe: ${parsed.problem}`);
    return undefined;
  }
  if (parsed.value < minimumNs) {
    environment.error(
      `Invalid rate of ${name} probe. Minimum is 1000 or 1us. Found: ${parsed.value} nanoseconds`,
    );
    return undefined;
  }
  const microseconds = parsed.value / 1_000n;
  return { unit: 'us', count: microseconds, periodNs: microseconds * 1_000n };
}

function parseRate(
  name: string,
  unit: string,
  text: string,
  environment: ExpandEnvironment,
): Rate | undefined {
  const unitNs = unitsNs.get(unit);
  if (unitNs === undefined && unit !== 'hz') {
    environment.error(`${unit} is not an accepted unit of time`);
    return undefined;
  }
  const parsed = parseCount(text);
  if (parsed.value === undefined) {
    if (parsed.negative) environment.error(`${name} frequency should be a positive integer`);
    else environment.error(`Invalid rate of ${name} probe: ${parsed.problem}`);
    return undefined;
  }
  if (parsed.value === 0n) {
    environment.error(`${name} frequency should be a positive integer`);
    return undefined;
  }
  return { unit, count: parsed.value, periodNs: unitNs === undefined ? undefined : parsed.value * unitNs };
}

export const interval = timer('interval', 'i');
export const profile = timer('profile', 'p');
