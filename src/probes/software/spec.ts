/** `software:EVENT[:COUNT]`: the kernel's software perf events, one hit every COUNT occurrences, on every CPU. */

import { hasWildcard } from '../../base/wildcard.ts';
import { parseCount } from '../number.ts';
import type { ExpandEnvironment, ProbeType } from '../probe-type.ts';

interface SoftwareEvent {
  /** PERF_COUNT_SW_* (linux/perf_event.h). */
  readonly number: number;
  readonly defaultPeriod: bigint;
}

const cpuClock: SoftwareEvent = { number: 0, defaultPeriod: 1_000_000n };
const pageFaults: SoftwareEvent = { number: 2, defaultPeriod: 100n };
const contextSwitches: SoftwareEvent = { number: 3, defaultPeriod: 1000n };

export const softwareEvents: ReadonlyMap<string, SoftwareEvent> = new Map([
  ['alignment-faults', { number: 7, defaultPeriod: 1n }],
  ['bpf-output', { number: 10, defaultPeriod: 1n }],
  ['context-switches', contextSwitches],
  ['cpu', cpuClock],
  ['cpu-clock', cpuClock],
  ['cpu-migrations', { number: 4, defaultPeriod: 1n }],
  ['cs', contextSwitches],
  ['dummy', { number: 9, defaultPeriod: 1n }],
  ['emulation-faults', { number: 8, defaultPeriod: 1n }],
  ['faults', pageFaults],
  ['major-faults', { number: 6, defaultPeriod: 1n }],
  ['minor-faults', { number: 5, defaultPeriod: 100n }],
  ['page-faults', pageFaults],
  ['task-clock', { number: 1, defaultPeriod: 1n }],
]);

export const software: ProbeType = {
  name: 'software',
  aliases: ['s'],
  probetype: 'software',
  partCounts: [1, 2],
  listed: 'kernel',
  expand: (parts, environment) => {
    const [name, count] = [parts[0]!, parts[1]];
    const event = softwareEvents.get(name);
    if (event === undefined) return reject(name, environment);
    const period = !count ? event.defaultPeriod : parsePeriod(count, environment);
    if (period === undefined) return [];
    return [
      {
        type: software,
        name: !count ? `software:${name}` : `software:${name}:${period}`,
        programType: 'perf_event',
        point: { kind: 'perf-event', type: 'software', event: event.number, period },
        via: 'perf software event on every CPU',
        context: { kind: 'perf-event' },
        space: 'unknown',
      },
    ];
  },
  list: () => [...softwareEvents.keys()].map((name) => `software:${name}:`),
};

function reject(name: string, environment: ExpandEnvironment): [] {
  if (hasWildcard(name)) environment.error('wildcards are not allowed for software probe type');
  else
    environment.error(`${name} is not a software probe`, `known: ${[...softwareEvents.keys()].join(', ')}`);
  return [];
}

function parsePeriod(text: string, environment: ExpandEnvironment): bigint | undefined {
  // `software:faults:` is how listings write it: the default period.
  const parsed = parseCount(text);
  if (parsed.value === undefined) environment.error(`Invalid count for software probe: ${parsed.problem}`);
  else if (parsed.value === 0n) environment.error('software count should be a positive integer');
  else return parsed.value;
  return undefined;
}
