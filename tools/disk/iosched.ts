/** How long requests wait in the I/O scheduler. */
import * as standard from '../../src/tools/options/standard.ts';
import { label } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { checkDisk, disk, issue, onDisk } from './shared/request.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  disk,
  timestamps: standard.timestamps,
};

export const iosched = defineTool({
  name: 'iosched',
  area: 'disk',
  summary: 'Time of disk requests in the I/O scheduler, as a histogram',
  description:
    'Measures for each I/O scheduler (mq-deadline, bfq, kyber) how long requests are in its queue: from when they are inserted until they are handed to the driver. Disks without a scheduler (none) insert requests only when the device is busy; these are shown as none.',
  options,
  check: checkDisk,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:block:block_rq_insert', 'tracepoint:block:block_rq_issue', 'feature:tp_btf'],
      program: (o) => `
rawtracepoint:block_rq_insert
${where({}, onDisk(o.disk, 'args.rq'))}
{ @inserted[args.rq] = nsecs; }

rawtracepoint:block_rq_merge
{ _ = delete(@inserted, args.rq); }

${issue}
{
  $inserted = @inserted[args.rq];
  if ($inserted) {
    @wait[str(args.rq.q.elevator.type.elevator_name, 16)] = hist((uint64)(nsecs - $inserted) / 1000);
    _ = delete(@inserted, args.rq);
  }
}`,
    },
  ],
  shapes: () => [
    {
      kind: 'histogram',
      map: '@wait',
      unit: 'usecs',
      name: 'scheduler_wait',
      keys: [
        label('SCHEDULER', 'scheduler', {
          about: 'I/O scheduler',
          from: ({ name }) => (name === '' ? 'none' : (name ?? null)),
        }),
      ],
      parts: ['name'],
    },
  ],
  start: () => 'Tracing I/O scheduler time... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'iosched -d 1',
      output: `Tracing I/O scheduler time... Hit Ctrl-C to end.

scheduler = mq-deadline
     usecs               : count     distribution
         0 -> 1          : 0        |                                        |
         2 -> 3          : 0        |                                        |
         4 -> 7          : 0        |                                        |
         8 -> 15         : 5        |****************************************|
        16 -> 31         : 2        |****************                        |
        32 -> 63         : 2        |****************                        |
        64 -> 127        : 1        |********                                |`,
      reading:
        'Requests spent 8 to 127 microseconds in the queue of mq-deadline. When the disk cannot keep up, this grows to milliseconds while the time in the device stays the same.',
    },
  ],
  overhead: 'Two events for each request that goes through a scheduler, 2 to 3 µs each in a guest.',
});
