/** Whether disks are used at random or in sequence. */
import * as standard from '../../src/tools/options/standard.ts';
import { count, measure, numberOf, type Row } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { checkDisk, deviceOf, disk, diskColumn, onDisk } from './shared/request.ts';

const options = {
  interval: { ...standard.interval, default: 1, help: 'a line every so many seconds (default 1)' },
  count: standard.count,
  disk,
};

const share = (part: (row: Row) => number) => (row: Row) =>
  (100 * part(row)) / Math.max(1, numberOf(row.random) + numberOf(row.sequential));

export const biopattern = defineTool({
  name: 'biopattern',
  area: 'disk',
  summary: 'Share of random and sequential disk requests',
  description:
    'Counts for each disk how many requests began where the one before ended, and how many somewhere else, in the order in which they were done. It matters most for disks that rotate, and for how well read-ahead and merging work.',
  options,
  check: checkDisk,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:block:block_rq_complete', 'feature:tp_btf'],
      // Requests without data, such as flushes, have no place.
      program: (o) => `
rawtracepoint:block_rq_complete
${where({}, 'args.nr_bytes > 0', onDisk(o.disk, 'args.rq'))}
{
  $device = ${deviceOf('args.rq')};
  $sector = args.rq.__sector;
  if (has_key(@next, $device)) {
    @random[$device] = sum(@next[$device] == $sector ? 0 : 1);
    @sequential[$device] = sum(@next[$device] == $sector ? 1 : 0);
    @bytes[$device] = sum(args.nr_bytes);
  }
  @next[$device] = $sector + args.nr_bytes / 512;
}`,
    },
  ],
  shapes: () => [
    {
      kind: 'table',
      continuous: true,
      keys: [diskColumn],
      parts: ['device'],
      maps: { random: '@random', sequential: '@sequential', bytes: '@bytes' },
      values: [
        measure('%RND', 'random_percent', {
          about: 'requests that began elsewhere, in per cent',
          width: 5,
          decimals: 0,
          from: share(({ random }) => numberOf(random)),
        }),
        measure('%SEQ', 'sequential_percent', {
          about: 'requests that began where the one before ended, in per cent',
          width: 5,
          decimals: 0,
          from: share(({ sequential }) => numberOf(sequential)),
        }),
        count('COUNT', 'requests', {
          about: 'requests',
          from: ({ random, sequential }) => numberOf(random) + numberOf(sequential),
        }),
        measure('KBYTES', 'kbytes', {
          about: 'kilobytes',
          width: 10,
          decimals: 0,
          from: ({ bytes }) => numberOf(bytes) / 1024,
        }),
      ],
      sort: 'requests',
    },
  ],
  start: () => 'Tracing block device I/O requested seeks... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'biopattern 1 2',
      output: `Tracing block device I/O requested seeks... Hit Ctrl-C to end.
TIME     DISK       %RND  %SEQ    COUNT     KBYTES
19:23:17 vda           6    94      182       1444
19:23:18 vda           6    94      183       1452`,
      reading:
        'Nearly all requests began where the one before ended: a file is written in order. Small requests in order (8 KiB here) could be merged into larger ones.',
    },
  ],
  overhead: 'One event for each request that is done, about 1 µs in a guest.',
});
