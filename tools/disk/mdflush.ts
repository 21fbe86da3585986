/** Flushes that are sent to software RAID: they stop a whole array for a moment. */
import * as standard from '../../src/tools/options/standard.ts';
import { commColumn, diskFrom, pidColumn, timeColumn } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { type Selection, where } from '../../src/tools/where.ts';

const options = { pid: standard.pid, comm: standard.comm, cgroup: standard.cgroup };

/** MD_MAJOR of linux/major.h. */
const mdMajor = 9;

/** Flushes (REQ_PREFLUSH) to disks of a driver, by its major number, when they enter the block layer. */
export const flushProgram = (o: Selection, major: number) => `
rawtracepoint:block_bio_queue
${where(o, '(args.bio.bi_opf & (1 << 18))', `args.bio.bi_bdev.bd_disk.major == ${major}`)}
{
  $disk = args.bio.bi_bdev.bd_disk;
  print((ts=nsecs, pid=pid, comm=comm, device=($disk.major << 20) | $disk.first_minor));
}`;

export const mdflush = defineTool({
  name: 'mdflush',
  area: 'disk',
  summary: 'Flushes sent to software RAID devices',
  description:
    'Shows each flush that is sent to a software RAID device (md), and by whom. A flush goes to all disks of the array and holds back what is written meanwhile, so many of them make latency spikes. Needs nothing of the md driver itself: flushes are seen when they enter the block layer.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:block:block_bio_queue', 'feature:tp_btf'],
      program: (o) => flushProgram(o, mdMajor),
    },
  ],
  shapes: () => [
    {
      kind: 'events',
      columns: [timeColumn, pidColumn, commColumn, { ...diskFrom('device'), title: 'DEVICE' }],
    },
  ],
  start: () => 'Tracing md flush requests... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'mdflush',
      output: `Tracing md flush requests... Hit Ctrl-C to end.
TIME     PID     COMM             DEVICE
09:14:02 2217    postgres         md0
09:14:02 512     jbd2/md0-8       md0`,
      reading:
        'A database and the journal of a file system flush the array md0. Compare the times with spikes of latency.',
    },
  ],
  overhead:
    'Every I/O that enters the block layer passes a test of some tens of nanoseconds; only flushes to md devices make rows.',
});
