/** How far apart the places are that programs want of a disk. */
import type { OptionValues } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { commColumn } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { checkDisk, deviceOf, disk, onDisk, requestVariants } from './shared/request.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  comm: standard.comm,
  disk,
  timestamps: standard.timestamps,
};

type Values = OptionValues<typeof options>;

export const seeksize = defineTool({
  name: 'seeksize',
  area: 'disk',
  summary: 'Distance between disk requests, as a histogram for each program',
  description:
    'Measures in sectors of 512 bytes how far each request begins from where the request before on the same disk ended, whoever made that, and counts it for the program that made the request. Distance 0 is sequential. It tells of the time that heads of a rotating disk move; on solid-state disks it tells only how a program asks.',
  options,
  check: checkDisk,
  variants: requestVariants(
    (o: Values, { start, rq }) => `
${start}
${where({}, `${rq}.__data_len > 0`, onDisk(o.disk, rq))}
{
  $device = ${deviceOf(rq)};
  $sector = ${rq}.__sector;
  if (${where({ comm: o.comm }, 'has_key(@next, $device)').slice(1, -1)}) {
    $next = @next[$device];
    @distance[comm] = hist($sector > $next ? $sector - $next : $next - $sector);
  }
  @next[$device] = $sector + ${rq}.__data_len / 512;
}`,
  ),
  shapes: () => [
    { kind: 'histogram', map: '@distance', unit: 'sectors', name: 'seek_distance', keys: [commColumn] },
  ],
  start: () => 'Tracing block I/O requested seeks... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'seeksize -d 1 -n dd',
      output: `Tracing block I/O requested seeks... Hit Ctrl-C to end.

comm = dd
     sectors             : count     distribution
         0 -> 1          : 171      |****************************************|
     32768 -> 65535      : 3        |                                        |
  67108864 -> 134217727  : 5        |*                                       |`,
      reading:
        '171 requests began where the one before ended; eight others had to go far, because something else used the disk in between or the file has several parts. Rows without counts are left out here.',
    },
  ],
  overhead: 'One event for each request, 1 to 10 µs in a guest.',
});
