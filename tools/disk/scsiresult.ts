/** How SCSI commands end: what the host adapter and the device say. */
import * as standard from '../../src/tools/options/standard.ts';
import { count, label, nameFrom } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { hostName, statusName } from './shared/scsi.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  timestamps: standard.timestamps,
};

export const scsiresult = defineTool({
  name: 'scsiresult',
  area: 'disk',
  summary: 'Results of SCSI commands, counted',
  description:
    'Counts SCSI commands by their result: what the host adapter says (DID_OK, DID_TIME_OUT …) and what the device says (GOOD, CHECK_CONDITION, BUSY …). Anything but DID_OK and GOOD in numbers is a reason to look at the disk, its cable or the array behind it.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:scsi:scsi_dispatch_cmd_done'],
      program: () => `
tracepoint:scsi:scsi_dispatch_cmd_done
{ @results[args.result & 0xff00ff] = count(); }`,
    },
  ],
  shapes: () => [
    {
      kind: 'table',
      keys: [
        nameFrom(
          'result',
          label('HOST', 'host', { about: 'result of the host adapter', width: 24 }),
          hostName,
        ),
        nameFrom(
          'result',
          label('STATUS', 'status', { about: 'status of the device', width: 30 }),
          statusName,
        ),
      ],
      parts: ['result'],
      maps: { commands: '@results' },
      values: [count('COUNT', 'commands', { about: 'commands that ended so' })],
      sort: 'commands',
    },
  ],
  start: () => 'Tracing SCSI command results... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'scsiresult -d 10',
      output: `Tracing SCSI command results... Hit Ctrl-C to end.

HOST                     STATUS                            COUNT
DID_OK                   SAM_STAT_GOOD                        30`,
      reading: 'All 30 commands ended well: neither the adapter nor the device had anything to say.',
    },
  ],
  overhead: 'One event for each command, less than 1 µs.',
});
