/** What a guest asks of its virtual devices: operations and bytes of each queue. */
import { text } from '../../src/tools/options/option.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { count, label, measure, numberOf } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { conditions, quoted } from '../../src/tools/where.ts';

const options = {
  interval: { ...standard.interval, default: 3, help: 'a table every so many seconds (default 3)' },
  count: standard.count,
  driver: text({ long: 'driver', help: 'only this driver (such as virtio_blk)' }),
  device: text({ long: 'device', help: 'only this device (such as virtio0)' }),
  timestamps: standard.timestamps,
};

interface Wanted {
  readonly driver: string | undefined;
  readonly device: string | undefined;
}

/** Entries of one list that are looked at; longer lists are counted too small. */
const mostEntries = 64;

/** The bytes of a scatter list: bit 1 of the link marks the last entry, bit 0 a link to more of them. */
const addBytes = (list: string, sum: string) => `
    $sg = ${list};
    for $j : 0..${mostEntries} {
      if ($sg != 0) {
        if ($sg.page_link & 1) { $sg = (struct scatterlist *)($sg.page_link & ~(uint64)3); }
        ${sum} += (uint64)$sg.length;
        $sg = ($sg.page_link & 2) ? (struct scatterlist *)0 : $sg + 1;
      }
    }`;

const record = (o: Wanted, body: string) => {
  const wanted = conditions(
    {},
    o.driver !== undefined && `$driver == ${quoted(o.driver)}`,
    o.device !== undefined && `$device == ${quoted(o.device)}`,
  ).join(' && ');
  return `
  $vq = (struct virtqueue *)arg0;
  $driver = str($vq.vdev.dev.driver.name, 32);
  $device = str($vq.vdev.dev.kobj.name, 32);
  $queue = str($vq.name, 32);
  $in = (uint64)0; $out = (uint64)0; $insgs = (uint64)0; $outsgs = (uint64)0;
  ${wanted === '' ? '{' : `if (${wanted}) {`}
    ${body}
    @in[$driver, $device, $queue] = sum($in);
    @out[$driver, $device, $queue] = sum($out);
    @insgs[$driver, $device, $queue] = sum($insgs);
    @outsgs[$driver, $device, $queue] = sum($outsgs);
  }`;
};

const program = (o: Wanted) => `
kprobe:virtqueue_add_sgs
{${record(
  o,
  `$sgs = (uint64 *)arg1;
    $outsgs = (uint64)arg2; $insgs = (uint64)arg3;
    for $i : 0..16 {
      if ((uint64)$i < $outsgs) { ${addBytes('(struct scatterlist *)$sgs[$i]', '$out')} }
      else { if ((uint64)$i < $outsgs + $insgs) { ${addBytes('(struct scatterlist *)$sgs[$i]', '$in')} } }
    }`,
)}
}

kprobe:virtqueue_add_outbuf
{${record(o, `$outsgs = (uint64)1; ${addBytes('(struct scatterlist *)arg1', '$out')}`)}
}

kprobe:virtqueue_add_inbuf, kprobe:virtqueue_add_inbuf_ctx
{${record(o, `$insgs = (uint64)1; ${addBytes('(struct scatterlist *)arg1', '$in')}`)}
}`;

const name = (title: string, field: string, about: string, width: number) =>
  label(title, field, { about, width });

export const virtiostat = defineTool({
  name: 'virtiostat',
  area: 'disk',
  summary: 'Operations and bytes of virtio devices, by queue',
  description:
    'For guests: what their drivers put into the queues of virtual devices (disks, network cards, file systems) in each interval: scatter lists and bytes from the device (in) and to it (out). In is the room that was given for answers, which the device need not fill.',
  options,
  variants: [
    {
      by: 'kprobes',
      needs: [
        'function:virtqueue_add_sgs',
        'function:virtqueue_add_outbuf',
        'function:virtqueue_add_inbuf',
        'function:virtqueue_add_inbuf_ctx',
      ],
      program,
    },
  ],
  shapes: () => [
    {
      kind: 'table',
      keys: [
        name('Driver', 'driver', 'driver of the device', 16),
        name('Device', 'device', 'device', 10),
        name('VQ-Name', 'queue', 'queue', 14),
      ],
      maps: { in_sgs: '@insgs', out_sgs: '@outsgs', in: '@in', out: '@out' },
      values: [
        count('In-SGs', 'in_sgs', { about: 'scatter lists for data from the device' }),
        count('Out-SGs', 'out_sgs', { about: 'scatter lists with data to the device' }),
        measure('In-KB', 'in_kbytes', {
          about: 'kilobytes of room for data from the device',
          width: 10,
          from: (row) => numberOf(row.in) / 1024,
        }),
        measure('Out-KB', 'out_kbytes', {
          about: 'kilobytes of data to the device',
          width: 10,
          from: (row) => numberOf(row.out) / 1024,
        }),
      ],
      sort: 'out_sgs',
    },
  ],
  start: ({ interval }) => `Tracing virtio devices, printing every ${interval} s... Hit Ctrl-C to end.`,
  examples: [
    {
      command: 'virtiostat 60 1',
      output: `Tracing virtio devices, printing every 60 s... Hit Ctrl-C to end.

Driver           Device     VQ-Name          In-SGs  Out-SGs      In-KB     Out-KB
9pnet_virtio     virtio1    requests            366      366    1141.16       5.23
virtio_console   virtio0    output                0        1       0.00       0.06`,
      reading:
        'A file system that the host shares (9p) had 366 requests, with room for 1.1 MB of answers; the console sent 60 bytes.',
    },
  ],
  overhead:
    'A kprobe for each buffer that is queued, 1 to 3 µs and more for long scatter lists. A guest with fast network or disks queues some hundred thousand a second: that is felt.',
});
