/** `software:EVENT[:COUNT]`: the kernel's software perf events, one hit every COUNT occurrences, on every CPU. */
import { type CounterEvent, counterProbe } from './counter.ts';

const cpuClock: CounterEvent = { number: 0, defaultPeriod: 1_000_000n };
const pageFaults: CounterEvent = { number: 2, defaultPeriod: 100n };
const contextSwitches: CounterEvent = { number: 3, defaultPeriod: 1000n };

/** PERF_COUNT_SW_* (linux/perf_event.h). */
export const softwareEvents: ReadonlyMap<string, CounterEvent> = new Map([
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

export const software = counterProbe('software', 's', softwareEvents);
