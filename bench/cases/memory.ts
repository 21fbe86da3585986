/** Peak resident memory with a large map, printing it included, and growth under a steady stream of records. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Case } from '../lib/case.ts';
import { untilFiring } from '../lib/run-statistics.ts';
import { Running } from '../lib/running.ts';

const keys = 100_000;
/** The two have different names for the same. */
const env = { BPFTRACE_MAX_MAP_KEYS: '200000', BPFTRACE_MAP_KEYS_MAX: '200000' };
const firstEvents = 200;

export const largeMap: Case = {
  name: 'a map of 100,000 keys',
  metrics: {
    'peak memory before printing': { unit: 'MB', better: 'less', bar: 0.9 },
    'peak memory with printing': { unit: 'MB', better: 'less', informative: true },
    'time to print': { unit: 's', better: 'less', bar: 1 },
  },
  rounds: (_, { rounds }) => Math.min(3, rounds),
  measure: async (tracer, { workload }) => {
    const program = 'tracepoint:syscalls:sys_enter_lseek { @[args->offset] = count(); }';
    await using running = new Running(tracer, program, { env });
    await untilFiring(running, firstEvents, () => workload.loop('lseek', firstEvents));
    workload.loop('lseek', keys);
    const before = running.memory('VmHWM');
    let peak = before;
    const watching = setInterval(() => {
      peak = Math.max(peak, running.peakSoFar());
    }, 5);
    const begin = performance.now();
    await running.interrupt();
    clearInterval(watching);
    return {
      'peak memory before printing': before,
      'peak memory with printing': peak,
      'time to print': (performance.now() - begin) / 1000,
    };
  },
};

const rate = 100_000;
const settleSeconds = 20;

export const soak: Case = {
  name: 'a steady 100,000 records a second',
  metrics: {
    'memory when settled': { unit: 'MB', better: 'less', bar: 1 },
    'growth from then on': { unit: 'MB', better: 'less', informative: true },
    'growth, as a share': { unit: '', better: 'less', most: 0.1 },
  },
  rounds: () => 1,
  measure: async (tracer, { workload, options }) => {
    const seconds = options.soakMinutes * 60;
    const program = 'tracepoint:syscalls:sys_enter_lseek { printf("%s %d %d\\n", comm, pid, args->offset); }';
    await using running = new Running(tracer, program);
    await untilFiring(running, firstEvents, () => workload.loop('lseek', firstEvents));
    using _pace = workload.pace(rate, 3600);
    const settle = Math.min(settleSeconds, seconds / 4);
    await delay(settle * 1000);
    const settled = await meanMemory(running);
    await delay((seconds - settle) * 1000);
    const last = await meanMemory(running);
    return {
      'memory when settled': settled,
      'growth from then on': last - settled,
      'growth, as a share': last / settled - 1,
    };
  },
};

/** Over some seconds: a collected heap goes up and down. */
async function meanMemory(running: Running): Promise<number> {
  let sum = 0;
  const samples = 20;
  for (let i = 0; i < samples; i++) {
    sum += running.memory('VmRSS');
    await delay(100);
  }
  return sum / samples;
}
