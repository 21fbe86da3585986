/** How large disk requests are, by program. */
import type { OptionValues } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { commColumn } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { checkDisk, disk, issue, onDisk, requestVariants } from './shared/request.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  pid: standard.pid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  disk,
  timestamps: standard.timestamps,
};

type Values = OptionValues<typeof options>;

export const bitesize = defineTool({
  name: 'bitesize',
  area: 'disk',
  summary: 'Sizes of disk requests, as a histogram for each program',
  description:
    'Counts the sizes of requests when they are handed to the driver, after merging, by the name of the thread that made them. Many small requests of one program are a reason to look at how it reads and writes.',
  options,
  check: checkDisk,
  variants: requestVariants(
    (o: Values, { start, rq }) => `
${start}
${where(o, onDisk(o.disk, rq))}
{ @who[${rq}] = comm; }

${issue}
/has_key(@who, args.rq)/
{
  @size[@who[args.rq]] = hist(args.rq.__data_len / 1024);
  _ = delete(@who, args.rq);
}`,
  ),
  shapes: () => [
    { kind: 'histogram', map: '@size', unit: 'Kbytes', name: 'request_size', keys: [commColumn] },
  ],
  start: () => 'Tracing block I/O... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'bitesize -d 1 -n dd',
      output: `Tracing block I/O... Hit Ctrl-C to end.

comm = dd
     Kbytes              : count     distribution
         0 -> 1          : 0        |                                        |
         2 -> 3          : 0        |                                        |
         4 -> 7          : 0        |                                        |
         8 -> 15         : 166      |****************************************|`,
      reading:
        'All requests of dd were of 8 to 15 KiB. It writes with bs=8k and past the cache, so nothing could be merged.',
    },
  ],
  overhead: 'Two events for each request, 1 to 5 µs in all in a guest.',
});
