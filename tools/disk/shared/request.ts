/**
 * Requests of block devices as programs see them: which events tell of their start and end, which disk they are for,
 * what they do. A request is known by its address: numbers of sectors are the same on all disks and change while a
 * request is completed. One that was merged into another has no end; its entry lasts until the address is used again,
 * and there are only so many requests.
 */
import * as standard from '../../../src/tools/options/standard.ts';
import { diskNumber } from '../../../src/tools/run/machine-context.ts';
import { type Column, label, nameFrom } from '../../../src/tools/shape/column.ts';
import type { Variant } from '../../../src/tools/tool.ts';
import { ToolUsageError } from '../../../src/tools/tool-error.ts';

export interface RequestEvents {
  /** A process made it: in the context of that process. */
  readonly start: string;
  readonly done: string;
  /** The request, in both. */
  readonly rq: string;
}

const tracepoints: RequestEvents = {
  start: 'rawtracepoint:block_io_start',
  done: 'rawtracepoint:block_io_done',
  rq: 'args.rq',
};
/**
 * Before Linux 6.5: from when it is handed to the driver, in the context of whoever does that, until the first part of
 * it is done.
 */
const olderTracepoints: RequestEvents = {
  start: 'rawtracepoint:block_rq_issue',
  done: 'rawtracepoint:block_rq_complete',
  rq: 'args.rq',
};

/** It is handed to the driver. */
export const issue = 'rawtracepoint:block_rq_issue';

/** By the tracepoints that Linux has for this since 6.5, or by older ones that tell a little less. */
export function requestVariants<V>(
  program: (options: V, events: RequestEvents) => string,
): readonly Variant<V>[] {
  return [
    {
      by: 'tracepoints',
      needs: [
        'tracepoint:block:block_io_start',
        'tracepoint:block:block_io_done',
        'tracepoint:block:block_rq_issue',
        'feature:tp_btf',
      ],
      program: (options) => program(options, tracepoints),
    },
    {
      by: 'tracepoints',
      needs: ['tracepoint:block:block_rq_issue', 'tracepoint:block:block_rq_complete', 'feature:tp_btf'],
      program: (options) => program(options, olderTracepoints),
    },
  ];
}

/** The number of its disk, in the kernel's form. */
export function deviceOf(rq: string): string {
  return `((${rq}.q.disk.major << 20) | ${rq}.q.disk.first_minor)`;
}

/** The condition that a request is for the wanted disk. */
export function onDisk(disk: string | undefined, rq: string): string | false {
  return disk !== undefined && `${deviceOf(rq)} == ${diskNumber(disk) ?? -1}`;
}

export function checkDisk({ disk }: { readonly disk: string | undefined }): void {
  if (disk !== undefined && diskNumber(disk) === undefined)
    throw new ToolUsageError(`there is no disk '${disk}': /proc/partitions lists them`);
}

export const disk = standard.disk;

/** Operations by their numbers (enum req_op), with their letter in rwbs. */
const operations: ReadonlyMap<number, readonly [letter: string, name: string]> = new Map([
  [0, ['R', 'Read']],
  [1, ['W', 'Write']],
  [2, ['F', 'Flush']],
  [3, ['D', 'Discard']],
  [5, ['DE', 'Secure-Erase']],
  [7, ['ZA', 'Zone-Append']],
  [9, ['WZ', 'Write-Zeroes']],
]);
/** Flags of a request (linux/blk_types.h), by their bits. */
const flags: readonly (readonly [bit: number, name: string])[] = [
  [17, 'ForcedUnitAccess'],
  [18, 'Preflush'],
  [12, 'Metadata'],
  [13, 'Priority'],
  [19, 'ReadAhead'],
  [20, 'Background'],
  [11, 'Sync'],
];

const operationBits = 0xff;
/** The operation and the flags that have names here. */
export const flagMask = flags.reduce((mask, [bit]) => mask | (1 << bit), operationBits);

/** `Sync-Write`. */
export function flagText(value: number): string {
  const set = flags.filter(([bit]) => (value & (1 << bit)) !== 0).map(([, name]) => name);
  return [...set, operationName(value)].join('-');
}

export function operationName(value: number): string {
  return operations.get(value & operationBits)?.[1] ?? `Other-${value & operationBits}`;
}

/** The record has `flags`: `cmd_flags`. */
export const operationColumn: Column = nameFrom(
  'flags',
  label('T', 'operation', { about: 'operation: R read, W write, F flush, D discard', width: 2 }),
  (value) => operations.get(value & operationBits)?.[0] ?? 'N',
);

export const diskColumn: Column = nameFrom(
  'device',
  label('DISK', 'disk', { about: 'disk', width: 9 }),
  (device, context) => context.diskName(device),
);
