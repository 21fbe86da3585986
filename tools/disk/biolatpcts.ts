/** Percentiles of the latency of a disk, by operation. */
import { choice, type OptionValues, text } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { type Cell, type Column, count, label, measure, nameFrom } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { ToolUsageError } from '../../src/tools/tool-error.ts';
import { where } from '../../src/tools/where.ts';
import { checkDisk, issue, onDisk, operationName, requestVariants } from './shared/request.ts';

const options = {
  disk: {
    ...standard.disk,
    operand: 0,
    required: true,
    argument: 'DISK',
    help: 'the disk (such as sda)',
  },
  interval: {
    ...standard.interval,
    operand: 1,
    default: 3,
    help: 'a table every so many seconds (default 3)',
  },
  count: { ...standard.count, operand: 2 },
  which: choice(['device', 'total'], {
    long: 'which',
    default: 'device',
    help: 'time in the device (default), or from when the request was made',
  }),
  percentiles: text({
    long: 'percentiles',
    argument: 'P[,P…]',
    default: '1,5,10,50,90,95,99,100',
    help: 'these percentiles (default 1,5,10,50,90,95,99,100)',
  }),
} as const;

type Values = OptionValues<typeof options>;

function percentilesOf(list: string): readonly number[] {
  const wanted = list.split(',').map(Number);
  if (wanted.some((one) => !(one > 0 && one <= 100)))
    throw new ToolUsageError(
      `--percentiles wants numbers above 0, up to 100, with commas between them, not '${list}'`,
    );
  return wanted;
}

/** Buckets as [lowest, highest, count]: the highest value of the one in which the percentile lies. */
export function percentile(buckets: Cell | undefined, wanted: number): number | null {
  const triples = Array.isArray(buckets)
    ? buckets.map((one) => (Array.isArray(one) ? one.map(Number) : []))
    : [];
  const total = triples.reduce((sum, [, , counted = 0]) => sum + counted, 0);
  let left = (total * wanted) / 100;
  for (const [, highest = 0, counted = 0] of triples) {
    left -= counted;
    if (counted > 0 && left <= 0) return highest;
  }
  return null;
}

const percentileColumn = (wanted: number): Column =>
  measure(`p${wanted}`, `p${String(wanted).replace('.', '_')}_us`, {
    about: `${wanted} % took at most so many microseconds`,
    decimals: 0,
    from: ({ latency }) => percentile(latency, wanted),
  });

export const biolatpcts = defineTool({
  name: 'biolatpcts',
  area: 'disk',
  summary: 'Percentiles of the latency of a disk, by operation',
  description:
    'Shows for reads, writes, flushes and discards of one disk below which time so many per cent of the requests stayed, in microseconds. Times are counted in ranges, so a percentile is exact to about 3 %.',
  options,
  check(o) {
    checkDisk(o);
    percentilesOf(o.percentiles);
  },
  variants: requestVariants((o: Values, { start, done, rq }) => {
    const begin = o.which === 'total' ? { event: start, rq } : { event: issue, rq: 'args.rq' };
    return `
${begin.event}
${where({}, onDisk(o.disk, begin.rq))}
{ @start[${begin.rq}] = nsecs; }

${done}
{
  $start = @start[${rq}];
  if ($start) {
    @latency[${rq}.cmd_flags & 255] = hist((uint64)(nsecs - $start) / 1000, 5);
    _ = delete(@start, ${rq});
  }
}`;
  }),
  shapes: (o) => [
    {
      kind: 'table',
      keys: [
        nameFrom('operation', label('TYPE', 'operation', { about: 'operation', width: 9 }), (operation) =>
          operationName(operation).toLowerCase(),
        ),
      ],
      parts: ['operation'],
      maps: { latency: '@latency' },
      values: [
        ...percentilesOf(o.percentiles).map(percentileColumn),
        count('COUNT', 'requests', {
          about: 'requests',
          from: ({ latency }) =>
            Array.isArray(latency)
              ? latency.reduce<number>((sum, one) => sum + Number(Array.isArray(one) ? one[2] : 0), 0)
              : 0,
        }),
      ],
      sort: 'requests',
    },
  ],
  start: ({ disk, which }) =>
    `Tracing latency (us) of ${disk}, ${which === 'device' ? 'in the device' : 'from the start of the request'}... Hit Ctrl-C to end.`,
  examples: [
    {
      command: 'biolatpcts vda 1 1',
      output: `Tracing latency (us) of vda, in the device... Hit Ctrl-C to end.

TYPE            p1       p5      p10      p50      p90      p95      p99     p100    COUNT
write           97       99      111      139      319      335      343      343       66
discard        207      207      207      207      271      271      271      271        2`,
      reading: 'Half of the 66 writes took 139 microseconds or less, nine of ten up to 319.',
    },
  ],
  overhead: 'Two events for each request, 1 to 4 µs each in a guest.',
});
