/** Disk requests that fail. */
import { getSystemErrorMap } from 'node:util';
import { diskNumber } from '../../src/tools/run/machine-context.ts';
import { count, label, numberOf, timeColumn } from '../../src/tools/shape/column.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { where } from '../../src/tools/where.ts';
import { checkDisk, disk, diskColumn } from './shared/request.ts';

const options = { disk };

const program = (event: string, failed: string | false) => (o: { readonly disk: string | undefined }) =>
  `
tracepoint:block:${event}
${where({}, failed, o.disk !== undefined && `args.dev == ${diskNumber(o.disk) ?? -1}`)}
{
  print((ts=nsecs, device=args.dev, sector=args.sector, sectors=args.nr_sector, operation=str(args.rwbs), error=args.error));
}`;

const errorName = (error: number) => getSystemErrorMap().get(-Math.abs(error));

export const bioerr = defineTool({
  name: 'bioerr',
  area: 'disk',
  summary: 'Disk requests that fail',
  description:
    'Shows each request of a block device that ended with an error, with its place and kind. Programs often see such errors late (at fsync) or not at all.',
  options,
  check: checkDisk,
  variants: [
    {
      by: 'tracepoints',
      needs: ['tracepoint:block:block_rq_error'],
      program: program('block_rq_error', false),
    },
    {
      by: 'tracepoints',
      needs: ['tracepoint:block:block_rq_complete'],
      program: program('block_rq_complete', 'args.error != 0'),
    },
  ],
  shapes: () => [
    {
      kind: 'events',
      columns: [
        timeColumn,
        diskColumn,
        label('T', 'operation', { about: 'operation and flags, as rwbs of blktrace', width: 5 }),
        count('SECTOR', 'sector', { about: 'first sector of 512 bytes', width: 10 }),
        count('BYTES', 'bytes', {
          about: 'bytes that failed',
          from: ({ sectors }) => numberOf(sectors) * 512,
        }),
        count('ERR', 'error', {
          about: 'error number',
          width: 4,
          from: ({ error }) => Math.abs(numberOf(error)),
        }),
        label('ERROR', 'error_name', {
          about: 'name of the error',
          from: ({ error }) => errorName(numberOf(error))?.[0] ?? null,
        }),
      ],
    },
  ],
  start: () => 'Tracing block I/O errors... Hit Ctrl-C to end.',
  examples: [
    {
      command: 'bioerr',
      output: `Tracing block I/O errors... Hit Ctrl-C to end.
TIME     DISK      T         SECTOR    BYTES  ERR ERROR
19:25:40 loop0     R            128     4096    5 EIO`,
      reading:
        'A read of 4 KiB from sector 128 of loop0 failed: the file behind the loop device had been cut off.',
    },
  ],
  overhead:
    'Only requests that fail make events; with kernels before 5.18 every request that is done passes a test of some tens of nanoseconds.',
});
