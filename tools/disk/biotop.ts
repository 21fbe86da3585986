/** Which processes use the disks most. */
import { readFileSync } from 'node:fs';
import { choice, type OptionValues } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import {
  commColumn,
  count,
  label,
  measure,
  nameFrom,
  numberOf,
  pidColumn,
  timeOfDay,
} from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { checkDisk, deviceOf, disk, diskColumn, issue, onDisk, requestVariants } from './shared/request.ts';

const sorts = { io: 'requests', bytes: 'kbytes', time: 'latency_ms' } as const;

const options = {
  interval: { ...standard.interval, default: 1, help: 'a table every so many seconds (default 1)' },
  count: standard.count,
  pid: standard.pid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  disk,
  top: { ...standard.top, default: 20, help: 'only so many rows (default 20)' },
  sort: choice(['io', 'bytes', 'time'], {
    short: 's',
    long: 'sort',
    default: 'bytes',
    help: 'order by requests, bytes or mean time (default bytes)',
  }),
};

const loadAverage = () => `${timeOfDay(new Date())} loadavg: ${readFileSync('/proc/loadavg', 'utf8').trim()}`;

type Values = OptionValues<typeof options>;

export const biotop = defineTool({
  name: 'biotop',
  area: 'disk',
  summary: 'Processes by their disk requests, as a table',
  description:
    'Sums the disk requests of each process, reads and writes apart, and shows the largest users every second: requests, kilobytes and the mean time in the device. Writes that the kernel does later are counted for its threads, not for the program that wrote.',
  options,
  check: checkDisk,
  variants: requestVariants(
    (o: Values, { start, done, rq }) => `
${start}
${where(o, onDisk(o.disk, rq))}
{ @who[${rq}] = (pid, comm); }

${issue}
/has_key(@who, args.rq)/
{ @issued[args.rq] = (nsecs, args.rq.__data_len); }

${done}
/has_key(@issued, ${rq})/
{
  $who = @who[${rq}];
  $issued = @issued[${rq}];
  $write = (uint8)${rq}.cmd_flags & 1;
  @requests[$who.0, $who.1, $write, ${deviceOf(rq)}] = count();
  @bytes[$who.0, $who.1, $write, ${deviceOf(rq)}] = sum($issued.1);
  @time[$who.0, $who.1, $write, ${deviceOf(rq)}] = sum(nsecs - $issued.0);
  _ = delete(@issued, ${rq});
  _ = delete(@who, ${rq});
}`,
  ),
  shapes: (o) => [
    {
      kind: 'table',
      heading: loadAverage,
      keys: [
        pidColumn,
        commColumn,
        nameFrom('write', label('D', 'direction', { about: 'R read, W write', width: 1 }), (write) =>
          write === 0 ? 'R' : 'W',
        ),
        diskColumn,
      ],
      parts: ['pid', 'comm', 'write', 'device'],
      maps: { requests: '@requests', bytes: '@bytes', time: '@time' },
      values: [
        count('I/O', 'requests', { about: 'requests that were done', width: 5 }),
        measure('Kbytes', 'kbytes', {
          about: 'kilobytes of these',
          decimals: 0,
          from: ({ bytes }) => numberOf(bytes) / 1024,
        }),
        measure('AVGms', 'latency_ms', {
          about: 'mean time in the device, in milliseconds',
          width: 6,
          from: ({ time, requests }) => numberOf(time) / Math.max(1, numberOf(requests)) / 1e6,
        }),
      ],
      sort: sorts[o.sort],
      top: o.top,
    },
  ],
  start: () => 'Tracing... Output every interval. Hit Ctrl-C to end.',
  examples: [
    {
      command: 'biotop 1 2',
      output: `Tracing... Output every interval. Hit Ctrl-C to end.

19:22:27 loadavg: 21.80 22.91 21.16 28/395 12211
PID     COMM             D DISK        I/O   Kbytes  AVGms
12191   tsc              R vda           2        8   0.49
12165   biome::workspac  R vda           1        4   0.21

19:22:28 loadavg: 21.80 22.91 21.16 28/406 12230
PID     COMM             D DISK        I/O   Kbytes  AVGms
11928   rm               W vda           3      480   0.48
2181    kworker/u8:2     W vda           1      224   0.45`,
      reading:
        'Who used the disk in each second. The kworker writes back what programs wrote to the cache earlier; the rm waits for the journal and for discards.',
    },
  ],
  overhead: 'Three events for each request, about 5 µs in all in a guest.',
});
