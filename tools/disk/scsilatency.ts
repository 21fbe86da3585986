/** How long SCSI commands take, by command. */
import * as standard from '../../src/tools/options/standard.ts';
import { label, nameFrom } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { opcodeName } from './shared/scsi.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  timestamps: standard.timestamps,
};

export const scsilatency = defineTool({
  name: 'scsilatency',
  area: 'disk',
  summary: 'Latency of SCSI commands, as a histogram for each command',
  description:
    'Measures SCSI commands from when they are given to the host adapter until they are done, by command: reads and writes, but also flushes and what programs ask of the device itself. SATA and USB disks are SCSI disks to the kernel. A command that times out is not counted.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:scsi:scsi_dispatch_cmd_start', 'tracepoint:scsi:scsi_dispatch_cmd_done'],
      // An adapter has at most one command with a tag at a time.
      program: () => `
tracepoint:scsi:scsi_dispatch_cmd_start
{ @start[args.host_no, args.driver_tag] = nsecs; }

tracepoint:scsi:scsi_dispatch_cmd_done
/has_key(@start, (args.host_no, args.driver_tag))/
{
  @latency[args.opcode] = hist((uint64)(nsecs - @start[args.host_no, args.driver_tag]) / 1000);
  _ = delete(@start, (args.host_no, args.driver_tag));
}

tracepoint:scsi:scsi_dispatch_cmd_timeout, tracepoint:scsi:scsi_dispatch_cmd_error
{ _ = delete(@start, (args.host_no, args.driver_tag)); }`,
    },
  ],
  shapes: () => [
    {
      kind: 'histogram',
      map: '@latency',
      unit: 'usecs',
      name: 'latency',
      keys: [nameFrom('opcode', label('COMMAND', 'command', { about: 'SCSI command' }), opcodeName)],
      parts: ['opcode'],
    },
  ],
  start: () => 'Tracing SCSI latency... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'scsilatency -d 10',
      output: `Tracing SCSI latency... Hit Ctrl-C to end.

command = READ_10
     usecs               : count     distribution
      4096 -> 8191       : 20       |****************************************|`,
      reading:
        '20 reads took between 4 and 8 milliseconds: an emulated disk. Rows without counts are left out here.',
    },
  ],
  overhead:
    'Two events for each command, about 1 µs each. Disks behind SCSI do some ten thousand commands a second at most.',
});
