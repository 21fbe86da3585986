/** Which CPUs do the work: how evenly it is spread. */
import { cpus } from 'node:os';
import * as standard from '../../src/tools/options/standard.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { samplingFrequency } from './shared/sampling.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  frequency: samplingFrequency(99),
  pid: standard.pid,
  tid: standard.tid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  timestamps: standard.timestamps,
};

/** A linear histogram has room for so many buckets. */
const most = 1000;

export const cpuwalk = defineTool({
  name: 'cpuwalk',
  area: 'cpu',
  summary: 'Which CPUs run processes, as a histogram',
  description:
    'Samples every CPU and counts those that are not idle. Bars of the same length mean that work is spread evenly; one long bar is a program with a single busy thread, or one that is bound to a CPU.',
  options,
  variants: [
    {
      by: 'timed samples',
      needs: ['feature:software_events'],
      program: (o) => `
profile:hz:${o.frequency}
${where(o, 'tid != 0')}
{ @cpu = lhist(cpu, 0, ${Math.min(most, cpus().length)}, 1); }`,
    },
  ],
  shapes: () => [{ kind: 'histogram', map: '@cpu', unit: 'cpu', name: 'busy_cpu' }],
  start: ({ frequency }) => `Sampling CPUs at ${frequency} Hertz... Hit Ctrl-C to end.`,
  examples: [
    {
      command: 'cpuwalk -d 1',
      output: `Sampling CPUs at 99 Hertz... Hit Ctrl-C to end.

     cpu           : count     distribution
        0          : 98       |****************************************|
        1          : 97       |*************************************** |`,
      reading: 'Both CPUs were busy all the time: the work is spread evenly.',
    },
  ],
  overhead: 'Samples at a fixed rate, 99 a second on each CPU: less than 1 µs each.',
});
