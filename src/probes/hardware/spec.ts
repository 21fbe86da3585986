/** `hardware:EVENT[:COUNT]`: the generic counters of the CPU, one hit every COUNT occurrences, on every CPU. */
import { counterProbe } from '../software/counter.ts';

const often = 1_000_000n;
const seldom = 100_000n;
const branches = { number: 4, defaultPeriod: seldom };
const cycles = { number: 0, defaultPeriod: often };

/** PERF_COUNT_HW_* (linux/perf_event.h). */
export const hardwareEvents = new Map([
  ['backend-stalls', { number: 8, defaultPeriod: often }],
  ['branch-instructions', branches],
  ['branch-misses', { number: 5, defaultPeriod: seldom }],
  ['branches', branches],
  ['bus-cycles', { number: 6, defaultPeriod: seldom }],
  ['cache-misses', { number: 3, defaultPeriod: often }],
  ['cache-references', { number: 2, defaultPeriod: often }],
  ['cpu-cycles', cycles],
  ['cycles', cycles],
  ['frontend-stalls', { number: 7, defaultPeriod: often }],
  ['instructions', { number: 1, defaultPeriod: often }],
  ['ref-cycles', { number: 9, defaultPeriod: often }],
]);

export const hardware = counterProbe('hardware', 'h', hardwareEvents);
