/** How long NVMe commands take, by disk and command. */
import * as standard from '../../src/tools/options/standard.ts';
import { label, nameFrom } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';

const options = {
  interval: standard.interval,
  count: standard.count,
  timestamps: standard.timestamps,
};

/** NVM command set; those of the administration queue have numbers of their own. */
const commands: ReadonlyMap<number, string> = new Map([
  [0x00, 'flush'],
  [0x01, 'write'],
  [0x02, 'read'],
  [0x04, 'write_uncor'],
  [0x05, 'compare'],
  [0x08, 'write_zeroes'],
  [0x09, 'dsm'],
  [0x0c, 'verify'],
  [0x0d, 'resv_register'],
  [0x79, 'zone_mgmt_send'],
  [0x7d, 'zone_append'],
]);
/** Added to the number of a command of the administration queue. */
const adminBit = 0x100;

function commandName(value: number): string {
  const opcode = value & 0xff;
  const hex = `0x${opcode.toString(16).padStart(2, '0')}`;
  return (value & adminBit) !== 0 ? `admin ${hex}` : (commands.get(opcode) ?? hex);
}

export const nvmelatency = defineTool({
  name: 'nvmelatency',
  area: 'disk',
  summary: 'Latency of NVMe commands, as a histogram for each disk and command',
  description:
    'Measures NVMe commands from when the driver sets them up until they are complete, by disk and command: reads, writes, flushes, discards (dsm), and commands of the administration queue.',
  options,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:nvme:nvme_setup_cmd', 'tracepoint:nvme:nvme_complete_rq'],
      // A queue has at most one command with an id at a time.
      program: () => `
tracepoint:nvme:nvme_setup_cmd
{
  @start[args.ctrl_id, args.qid, (uint32)args.cid] = (nsecs, (uint32)args.opcode | (args.qid == 0 ? ${adminBit} : 0));
}

tracepoint:nvme:nvme_complete_rq
/has_key(@start, (args.ctrl_id, args.qid, (uint32)args.cid))/
{
  $start = @start[args.ctrl_id, args.qid, (uint32)args.cid];
  @latency[str(args.disk), $start.1] = hist((uint64)(nsecs - $start.0) / 1000);
  _ = delete(@start, (args.ctrl_id, args.qid, (uint32)args.cid));
}`,
    },
  ],
  shapes: () => [
    {
      kind: 'histogram',
      map: '@latency',
      unit: 'usecs',
      name: 'latency',
      keys: [
        label('DISK', 'disk', { about: 'disk; empty for commands to the controller' }),
        nameFrom('opcode', label('COMMAND', 'command', { about: 'NVMe command' }), commandName),
      ],
      parts: ['disk', 'opcode'],
    },
  ],
  start: () => 'Tracing nvme command latency... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'nvmelatency -d 10',
      output: `Tracing nvme command latency... Hit Ctrl-C to end.

disk = nvme0n1, command = read
     usecs               : count     distribution
        64 -> 127        : 1201     |****************************************|
       128 -> 255        : 310      |**********                              |`,
      reading:
        'Reads of nvme0n1 took 64 to 255 microseconds, most of them the lesser half. Leading rows without counts are left out here.',
    },
  ],
  overhead:
    'Two events for each command, about 1 µs each. Fast disks do hundreds of thousands of commands a second: that is then felt.',
});
