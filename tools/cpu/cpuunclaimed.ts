/** CPU time that nobody used although threads waited for other CPUs: what a better balance could have won. */
import { cpus } from 'node:os';
import * as standard from '../../src/tools/options/standard.ts';
import { measure, numberOf, type Row } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { samplingFrequency } from './shared/sampling.ts';

const options = {
  interval: { ...standard.interval, default: 1, help: 'a line every so many seconds (default 1)' },
  count: standard.count,
  frequency: samplingFrequency(99),
};

/** The program averages parts in a million. */
const percent = (part: string) => (row: Row) => numberOf(row[part]) / 10_000;

export const cpuunclaimed = defineTool({
  name: 'cpuunclaimed',
  area: 'cpu',
  summary: 'CPU time left idle while threads waited for other CPUs',
  description:
    'Looks at the run queues of all CPUs at once, 99 times a second, and shows how much of the CPUs was used, and how much was idle while threads waited elsewhere: at most as many idle CPUs as threads wait. Some of that is normal, since moving a thread costs, too; much of it points to CPU affinity, cgroup limits or a scheduler that balances badly.',
  options,
  variants: [
    {
      by: 'timed samples',
      needs: ['feature:software_events', 'feature:btf'],
      // A task group has a queue on each CPU, and each of those knows its CPU's own.
      program: (o) => `
interval:hz:${o.frequency}
{
  $queues = curtask.se.cfs_rq.tg.cfs_rq;
  $idle = 0;
  $waiting = 0;
  for $cpu : 0..${cpus().length} {
    $running = $queues[$cpu].rq.nr_running;
    if ($running == 0) { $idle += 1; } else { $waiting += $running - 1; }
  }
  @busy = avg((uint64)(1000000 * (${cpus().length} - $idle)) / ${cpus().length});
  @unclaimed = avg((uint64)(1000000 * ($idle < $waiting ? $idle : $waiting)) / ${cpus().length});
}`,
    },
  ],
  shapes: () => [
    {
      kind: 'table',
      continuous: true,
      keys: [],
      maps: { busy: '@busy', unclaimed: '@unclaimed' },
      values: [
        measure('%CPU', 'cpu_percent', { about: 'CPU time used, in per cent of all', from: percent('busy') }),
        measure('%UNCLAIMED', 'unclaimed_percent', {
          about: 'CPU time idle while threads waited, in per cent of all',
          from: percent('unclaimed'),
        }),
      ],
      sort: 'cpu_percent',
    },
  ],
  start: ({ frequency }) => `Sampling run queues at ${frequency} Hertz... Hit Ctrl-C to end.`,
  examples: [
    {
      command: 'cpuunclaimed 1 3',
      output: `Sampling run queues at 99 Hertz... Hit Ctrl-C to end.
TIME         %CPU %UNCLAIMED
18:17:19    78.28       1.52
18:17:20    74.75       0.51
18:17:21    81.31       2.53`,
      reading:
        'About a fifth of the CPU time was idle, but only one or two per cent while threads waited for another CPU: the scheduler balances well.',
    },
  ],
  overhead:
    'One timer for the whole machine, 99 times a second, 1 to 2 µs each and a little more for each CPU it looks at.',
});
