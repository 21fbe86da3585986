/** How long disks take for requests, as a histogram. */
import { flag, type OptionValues } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { label, nameFrom } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import {
  checkDisk,
  deviceOf,
  disk,
  diskColumn,
  flagMask,
  flagText,
  issue,
  onDisk,
  requestVariants,
} from './shared/request.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  disk,
  queued: flag({
    short: 'Q',
    long: 'queued',
    help: 'from when the request was made, not only in the device',
  }),
  perDisk: standard.perDisk,
  perFlags: flag({ short: 'F', long: 'per-flags', also: ['flags'], help: 'apart for each kind of request' }),
  milliseconds: standard.milliseconds,
  timestamps: standard.timestamps,
};

const flagsColumn = nameFrom('flags', label('FLAGS', 'flags', { about: 'flags and operation' }), flagText);

type Values = OptionValues<typeof options>;

export const biolatency = defineTool({
  name: 'biolatency',
  area: 'disk',
  summary: 'Latency of disk requests, as a histogram',
  description:
    'Measures each request from when it is handed to the driver until it is done: the time of the device. With -Q it counts from when the request was made, so that the time in the queue and in the I/O scheduler is part of it. Two humps are usual: hits and misses of a cache, reads and writes; -F tells them apart.',
  options,
  check: checkDisk,
  variants: requestVariants((o: Values, { start, done, rq }) => {
    const begin = o.queued ? { event: start, rq } : { event: issue, rq: 'args.rq' };
    const key = [
      ...(o.perDisk ? [deviceOf(rq)] : []),
      ...(o.perFlags ? [`${rq}.cmd_flags & ${flagMask}`] : []),
    ];
    return `
${begin.event}
${where({}, onDisk(o.disk, begin.rq))}
{ @start[${begin.rq}] = nsecs; }

${done}
{
  $start = @start[${rq}];
  if ($start) {
    @latency${key.length === 0 ? '' : `[${key.join(', ')}]`} = hist((uint64)(nsecs - $start) / ${o.milliseconds ? 1_000_000 : 1000});
    _ = delete(@start, ${rq});
  }
}`;
  }),
  shapes: (o) => [
    {
      kind: 'histogram',
      map: '@latency',
      unit: o.milliseconds ? 'msecs' : 'usecs',
      name: 'latency',
      keys: [...(o.perDisk ? [diskColumn] : []), ...(o.perFlags ? [flagsColumn] : [])],
      parts: [...(o.perDisk ? ['device'] : []), ...(o.perFlags ? ['flags'] : [])],
    },
  ],
  start: () => 'Tracing block device I/O... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'biolatency --disk vda -Q -F',
      output: `Tracing block device I/O... Hit Ctrl-C to end.

flags = Sync-Discard
     usecs               : count     distribution
         0 -> 1          : 0        |                                        |
         2 -> 3          : 0        |                                        |
         4 -> 7          : 0        |                                        |
         8 -> 15         : 0        |                                        |
        16 -> 31         : 0        |                                        |
        32 -> 63         : 0        |                                        |
        64 -> 127        : 4        |**                                      |
       128 -> 255        : 32       |***********************                 |
       256 -> 511        : 55       |****************************************|
       512 -> 1023       : 8        |*****                                   |
      1024 -> 2047       : 3        |**                                      |`,
      reading:
        'Discards of the disk vda from when they were made until they were done: most took a quarter to half a millisecond. Each kind of request has such a histogram; without -F there is one for all.',
    },
  ],
  overhead:
    'Two events for each request, 0.5 µs each in a guest: nothing beside the request itself, up to some hundred thousand requests a second.',
});
