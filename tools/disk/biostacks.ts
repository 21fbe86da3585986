/** How long disk requests take, for each stack that made them. */
import type { OptionValues } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { commColumn } from '../../src/tools/shape/column.ts';
import { stackColumn } from '../../src/tools/shape/stack-frames.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { checkDisk, deviceOf, disk, diskColumn, onDisk, requestVariants } from './shared/request.ts';

const options = {
  duration: standard.durationOperand,
  pid: standard.pid,
  comm: standard.comm,
  cgroup: standard.cgroup,
  disk,
  milliseconds: standard.milliseconds,
  stackDepth: standard.stackDepth,
  stackStorage: standard.stackStorage,
};

type Values = OptionValues<typeof options>;

export const biostacks = defineTool({
  name: 'biostacks',
  area: 'disk',
  summary: 'Latency of disk requests, as a histogram for each stack that made them',
  description:
    'Shows why the disk is used: the kernel stack that made a request (a read that missed the cache, a journal, writing back, swapping) with a histogram of the time from then until the request was done, queue included.',
  options,
  check: checkDisk,
  variants: requestVariants(
    (o: Values, { start, done, rq }) => `
config = { max_map_keys = ${o.stackStorage} }

${start}
${where(o, onDisk(o.disk, rq))}
{ @start[${rq}] = (nsecs, kstack(${o.stackDepth}), comm); }

${done}
/has_key(@start, ${rq})/
{
  $start = @start[${rq}];
  @latency[$start.1, $start.2, ${deviceOf(rq)}] = hist((uint64)(nsecs - $start.0) / ${o.milliseconds ? 1_000_000 : 1000});
  _ = delete(@start, ${rq});
}`,
  ),
  shapes: (o) => [
    {
      kind: 'histogram',
      map: '@latency',
      unit: o.milliseconds ? 'msecs' : 'usecs',
      name: 'latency',
      keys: [stackColumn('kernel'), commColumn, diskColumn],
      parts: ['kernel', 'comm', 'device'],
    },
  ],
  start: ({ duration }) =>
    duration === undefined
      ? 'Tracing block I/O with init stacks... Hit Ctrl-C to end.'
      : `Tracing block I/O with init stacks for ${duration} s.`,
  examples: [
    {
      command: 'biostacks -n dd 1',
      output: `Tracing block I/O with init stacks for 1 s.

    blk_account_io_start+329
    blk_mq_submit_bio+880
    __submit_bio+130
    submit_bio_noacct_nocheck+627
    iomap_dio_bio_iter+793
    __iomap_dio_rw+1196
    iomap_dio_rw+14
    ext4_file_write_iter+892
    vfs_write+668
    ksys_write+111
    do_syscall_64+113
    entry_SYSCALL_64_after_hwframe+118
comm = dd, disk = vda
     usecs               : count     distribution
        64 -> 127        : 17       |****************                        |
       128 -> 255        : 41       |****************************************|
       256 -> 511        : 2        |*                                       |`,
      reading:
        '60 requests came from write(2) on an ext4 file past the cache (iomap_dio) and took 64 to 511 microseconds. Leading rows without counts are left out here.',
    },
  ],
  overhead:
    'Two events for each request and a walk of the kernel stack: 15 to 50 µs in a guest. Much for disks with 100,000 requests a second: use biolatency there.',
});
