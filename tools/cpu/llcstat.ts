/** How often the last cache before memory has what is asked for, by process. */
import { integer } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import {
  commColumn,
  count,
  cpuColumn,
  measure,
  numberOf,
  pidColumn,
  tidColumn,
} from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';

const options = {
  duration: { ...standard.durationOperand, default: 10, help: 'end after so many seconds (default 10)' },
  period: integer(
    {
      long: 'sample-period',
      argument: 'N',
      default: 100,
      help: 'take every so many references and misses (default 100)',
    },
    1,
  ),
  pid: standard.pid,
  tid: standard.tid,
  comm: standard.comm,
  cpu: standard.cpu,
  threads: { ...standard.perThread },
  top: standard.top,
};

export const llcstat = defineTool({
  name: 'llcstat',
  area: 'cpu',
  summary: 'Last-level cache references and misses by process',
  description:
    "Samples the hardware's counters of references and misses of the last-level cache, and shows them by process and CPU with the hit ratio. Needs hardware counters, which guests often lack. Both are sampled, so rows with few samples may show more misses than references.",
  options,
  variants: [
    {
      by: 'hardware counters',
      needs: ['feature:hardware_events'],
      program: (o) => {
        const key = `pid, ${o.threads ? 'tid, ' : ''}comm, cpu`;
        return `
hardware:cache-references:${o.period}
${where(o)}
{ @references[${key}] = sum(${o.period}); }

hardware:cache-misses:${o.period}
${where(o)}
{ @misses[${key}] = sum(${o.period}); }`;
      },
    },
  ],
  shapes: (o) => [
    {
      kind: 'table',
      keys: [pidColumn, ...(o.threads ? [tidColumn] : []), { ...commColumn, title: 'NAME' }, cpuColumn],
      maps: { references: '@references', misses: '@misses' },
      values: [
        count('REFERENCE', 'references', { about: 'references of the cache', width: 12 }),
        count('MISS', 'misses', { about: 'misses of the cache', width: 12 }),
        measure('HIT%', 'hit_percent', {
          about: 'share of references that were no misses, in per cent',
          from: ({ references, misses }) =>
            numberOf(references) === 0
              ? 0
              : Math.max(0, 100 - (100 * numberOf(misses)) / numberOf(references)),
        }),
      ],
      sort: 'references',
      ...(o.top !== undefined && { top: o.top }),
    },
  ],
  start: ({ duration }) => `Running for ${duration} seconds or hit Ctrl-C to end.`,
  examples: [
    {
      command: 'llcstat 10',
      output: `Running for 10 seconds or hit Ctrl-C to end.

PID     NAME             CPU    REFERENCE         MISS     HIT%
2217    postgres           3      4820100       289200    94.00`,
      reading:
        'Of 4.8 million references of the last-level cache that this process made on CPU 3, 6 % had to go to memory.',
    },
  ],
  overhead:
    'An interrupt for every 100 references and misses: a microsecond or two each, which is several per cent for a program that lives in the cache. Raise --sample-period to lower it.',
});
