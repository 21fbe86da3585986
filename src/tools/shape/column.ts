/**
 * Columns of what a tool shows: a title and a width for text, a name and a type for JSON and CSV. The same column
 * serves all of them, so that none can say what the others do not.
 */
import type { Value } from '../../output/protocol.ts';

export type Cell = Value;
export type Row = Readonly<Record<string, Cell>>;

/** What a column may ask about the run and the machine. */
export interface RowContext {
  /** Milliseconds since 1970 of a reading of the boot clock (`nsecs`). */
  wallClockMs(bootNs: number | bigint): number;
  /** Seconds since tracing began of a reading of the boot clock. */
  secondsSinceStart(bootNs: number | bigint): number;
  /** Name of a disk by its device number in the kernel's form: major << 20 | minor. */
  diskName(device: number): string;
  /** Name of a user, or the number as text. */
  userName(uid: number): string;
}

export interface Column {
  /** Header in text, with the unit: `LAT(ms)`. */
  readonly title: string;
  /** Name in JSON and CSV, with the unit: `latency_ms`; also the field of the program's record, unless `from` is given. */
  readonly field: string;
  readonly type: 'integer' | 'number' | 'string' | 'boolean' | 'array';
  /** One line for schema and documentation. */
  readonly about: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  /** For numbers in text. */
  readonly decimals?: number;
  /** In JSON and CSV only. */
  readonly hidden?: true;
  /** Text is cut at the width, unless columns are wide. */
  readonly cut?: true;
  /** What the cell is, when it is not simply the field of the record. */
  readonly from?: (row: Row, context: RowContext) => Cell;
  /** The text of the cell, when it is not simply that of the value. */
  readonly text?: (cell: Cell) => string;
}

type Own = Omit<Column, 'title' | 'field' | 'type' | 'align'>;

/** A whole number. */
export function count(title: string, field: string, own: Partial<Own> & Pick<Own, 'about'>): Column {
  return { width: Math.max(title.length, 8), ...own, title, field, type: 'integer', align: 'right' };
}

/** A number with decimals. */
export function measure(title: string, field: string, own: Partial<Own> & Pick<Own, 'about'>): Column {
  return {
    width: Math.max(title.length, 8),
    decimals: 2,
    ...own,
    title,
    field,
    type: 'number',
    align: 'right',
  };
}

export function label(title: string, field: string, own: Partial<Own> & Pick<Own, 'about'>): Column {
  return { width: 16, ...own, title, field, type: 'string', align: 'left' };
}

export function numberOf(cell: Cell | undefined): number {
  return typeof cell === 'number' || typeof cell === 'bigint' ? Number(cell) : Number.NaN;
}

export const pidColumn = idColumn('PID', 'pid', 'process id');
export const tidColumn = idColumn('TID', 'tid', 'thread id');
export const ppidColumn = idColumn('PPID', 'ppid', 'process id of the parent');
export const commColumn = label('COMM', 'comm', { about: 'name of the thread', width: 16 });
export const cpuColumn = count('CPU', 'cpu', { about: 'CPU', width: 3 });

function idColumn(title: string, field: string, about: string): Column {
  return { title, field, type: 'integer', align: 'left', width: 7, about };
}

export const uidColumn: Column = idColumn('UID', 'uid', 'user id');

/** The time of day. The record has `ts`: `nsecs`. */
export const timeColumn: Column = {
  title: 'TIME',
  field: 'time',
  type: 'string',
  align: 'left',
  width: 8,
  about: 'time of day; in JSON and CSV as ISO 8601, UTC',
  from: ({ ts }, context) => new Date(context.wallClockMs(bootNs(ts))).toISOString(),
  text: (cell) => timeOfDay(new Date(String(cell))),
};

/** Seconds since tracing began. The record has `ts`: `nsecs`. */
export const secondsColumn: Column = {
  title: 'TIME(s)',
  field: 'time_s',
  type: 'number',
  align: 'left',
  width: 11,
  decimals: 6,
  about: 'seconds since tracing began',
  from: ({ ts }, context) => context.secondsSinceStart(bootNs(ts)),
};

/** Nanoseconds in a field of the record, shown as milliseconds. */
export function millisecondsFrom(
  source: string,
  title = 'LAT(ms)',
  field = 'latency_ms',
  about = 'latency',
): Column {
  return measure(title, field, {
    about: `${about} in milliseconds`,
    width: 10,
    from: (row) => numberOf(row[source]) / 1e6,
  });
}

/** Nanoseconds in a field of the record, shown as microseconds. */
export function microsecondsFrom(
  source: string,
  title = 'LAT(us)',
  field = 'latency_us',
  about = 'latency',
): Column {
  return measure(title, field, {
    about: `${about} in microseconds`,
    width: 10,
    decimals: 1,
    from: (row) => numberOf(row[source]) / 1e3,
  });
}

/** A device number in a field of the record, shown as the name of the disk. */
export function diskFrom(source: string): Column {
  return label('DISK', 'disk', {
    about: 'disk',
    width: 9,
    from: (row, context) => context.diskName(numberOf(row[source])),
  });
}

/** A number that stands for a name: the name in text, JSON and CSV. `name` may not know it. */
export function nameFrom(
  source: string,
  column: Column,
  name: (value: number, context: RowContext) => string | undefined,
): Column {
  return {
    ...column,
    from: (row, context) => {
      const value = numberOf(row[source]);
      return name(value, context) ?? String(value);
    },
  };
}

export function timeOfDay(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

function bootNs(cell: Cell | undefined): number | bigint {
  return typeof cell === 'bigint' ? cell : numberOf(cell);
}
