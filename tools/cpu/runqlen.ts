/** How many threads wait in the queue of each CPU, sampled. */
import { flag } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { cpuColumn, measure, numberOf } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { samplingFrequency } from './shared/sampling.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  frequency: samplingFrequency(99),
  cpu: standard.cpu,
  perCpu: flag({ short: 'C', long: 'per-cpu', also: ['cpus'], help: 'apart for each CPU' }),
  occupancy: flag({
    short: 'O',
    long: 'occupancy',
    also: ['runqocc'],
    help: 'share of time that threads waited',
  }),
  timestamps: standard.timestamps,
};

/** The CPU's queue counts who runs, too. It is found through that of the group of the current task. */
const waiting = `
  $running = curtask.se.cfs_rq.rq.nr_running;
  $waiting = $running > 0 ? $running - 1 : 0;`;

export const runqlen = defineTool({
  name: 'runqlen',
  area: 'cpu',
  summary: 'How many threads wait for each CPU, as a histogram',
  description:
    'Samples the length of the run queue of every CPU: the threads that could run but wait for their turn, without the one that runs. With -O it shows for what share of the time anybody waited. Cheaper than runqlat, which tells for how long.',
  options,
  variants: [
    {
      by: 'timed samples',
      needs: ['feature:software_events', 'feature:btf'],
      program: (o) => {
        const key = o.perCpu ? '[cpu]' : '';
        return `
profile:hz:${o.frequency}
${where(o)}
{${waiting}
${
  o.occupancy
    ? `  @occupied${key} = avg($waiting > 0 ? 1000000 : 0);`
    : `  @length${key} = lhist($waiting, 0, 500, 1);`
}
}`;
      },
    },
  ],
  shapes: (o) => [
    o.occupancy
      ? {
          kind: 'table',
          keys: o.perCpu ? [cpuColumn] : [],
          maps: { occupied: '@occupied' },
          values: [
            measure('%RUNQOCC', 'occupancy_percent', {
              about: 'share of samples in which somebody waited, in per cent',
              from: ({ occupied }) => numberOf(occupied) / 10_000,
            }),
          ],
          sort: o.perCpu ? 'cpu' : 'occupancy_percent',
          order: 'ascending',
          ...(!o.perCpu && { continuous: true as const }),
        }
      : {
          kind: 'histogram',
          map: '@length',
          unit: 'runqlen',
          name: 'run_queue_length',
          keys: o.perCpu ? [cpuColumn] : [],
        },
  ],
  start: ({ frequency }) => `Sampling run queue length at ${frequency} Hertz... Hit Ctrl-C to end.`,
  examples: [
    {
      command: 'runqlen -d 1',
      output: `Sampling run queue length at 99 Hertz... Hit Ctrl-C to end.

     runqlen       : count     distribution
        0          : 3        |*                                       |
        1          : 28       |****************                        |
        2          : 67       |****************************************|
        3          : 43       |*************************               |
        4          : 23       |*************                           |
        5          : 23       |*************                           |
        6          : 6        |***                                     |`,
      reading: 'Nearly always somebody waited, mostly two or three: the CPUs are saturated.',
    },
    {
      command: 'runqlen -O -C 1 1',
      output: `Sampling run queue length at 99 Hertz... Hit Ctrl-C to end.

CPU %RUNQOCC
  0    97.98
  1    83.84`,
      reading: 'For each CPU the share of the time in which at least one thread waited.',
    },
  ],
  overhead:
    'Samples at a fixed rate, 99 a second on each CPU: about 1.5 µs each in a guest, which nobody will notice.',
});
