/** Each disk request: who made it, where it goes, and how long it took. */
import { flag, type OptionValues } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import {
  commColumn,
  count,
  measure,
  millisecondsFrom,
  numberOf,
  pidColumn,
  secondsColumn,
  timeColumn,
} from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import {
  checkDisk,
  deviceOf,
  disk,
  diskColumn,
  issue,
  onDisk,
  operationColumn,
  requestVariants,
} from './shared/request.ts';

const options = {
  pid: standard.pid,
  tid: standard.tid,
  uid: standard.uid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  disk,
  min: standard.minMs,
  queue: flag({ short: 'Q', long: 'queue', help: 'show the time in the queue' }),
  timestamps: standard.timestamps,
};

type Values = OptionValues<typeof options>;

export const biosnoop = defineTool({
  name: 'biosnoop',
  area: 'disk',
  summary: 'Disk requests with process, size and latency',
  description:
    'Shows each request when it is done: the process that made it (for writes that the kernel does later that is a kernel thread), the disk, the operation, the first sector, the bytes, and the time from when it was handed to the driver. With -Q also the time that it waited before. Sizes are those that went to the driver, after merging.',
  options,
  check: checkDisk,
  variants: requestVariants((o: Values, { start, done, rq }) => {
    const print = `print((ts=nsecs, comm=$who.1, pid=$who.2, device=${deviceOf(rq)}, flags=${rq}.cmd_flags,
      sector=$issued.1, bytes=$issued.2, queue=$issued.0 - $who.0, latency=nsecs - $issued.0));`;
    return `
${start}
${where(o, onDisk(o.disk, rq))}
{ @who[${rq}] = (nsecs, comm, pid); }

${issue}
/has_key(@who, args.rq)/
{ @issued[args.rq] = (nsecs, args.rq.__sector, args.rq.__data_len); }

${done}
/has_key(@issued, ${rq})/
{
  $who = @who[${rq}];
  $issued = @issued[${rq}];
  ${o.min === undefined ? print : `if (nsecs - $issued.0 >= ${Math.round(o.min * 1e6)}) { ${print} }`}
  _ = delete(@issued, ${rq});
  _ = delete(@who, ${rq});
}`;
  }),
  shapes: (o) => [
    {
      kind: 'events',
      columns: [
        ...(o.timestamps ? [timeColumn] : []),
        secondsColumn,
        { ...commColumn, width: 14, cut: true },
        pidColumn,
        diskColumn,
        operationColumn,
        count('SECTOR', 'sector', { about: 'first sector of 512 bytes', width: 10 }),
        count('BYTES', 'bytes', { about: 'bytes that were asked for', width: 7 }),
        ...(o.queue
          ? [
              measure('QUE(ms)', 'queue_ms', {
                about: 'milliseconds between making the request and handing it to the driver',
                from: ({ queue }) => numberOf(queue) / 1e6,
              }),
            ]
          : []),
        { ...millisecondsFrom('latency'), width: 7 },
      ],
    },
  ],
  examples: [
    {
      command: 'biosnoop -Q -n dd',
      output: `TIME(s)     COMM           PID     DISK      T      SECTOR   BYTES  QUE(ms) LAT(ms)
1.406063    dd             22911   vda       W    69032344    8192     0.00    0.09
1.406148    dd             22911   vda       W    69032360    8192     0.00    0.07
1.406312    dd             22911   vda       W    50335872    8192     0.00    0.11
1.407261    dd             22911   vda       W    50335888    8192     0.00    0.14
1.407396    dd             22911   vda       W    50335904    8192     0.00    0.11`,
      reading:
        'Direct writes of 8 KiB, one after the other: each begins 16 sectors after the one before, but for one jump to another part of the file. They did not wait in the queue, and the disk took a tenth of a millisecond.',
    },
  ],
  overhead:
    'Three events for each request, about 5 µs in all in a guest, and a row of output. Use biolatency on disks with very many requests.',
});
