/**
 * The shapes that what a tool finds can have. A shape says where in the program's output or maps it is found and how
 * its parts are called; text, JSON, CSV and the documentation follow from it.
 */
import type { Column, Row } from './column.ts';

/** One row for each record that the program prints: `print((pid=pid, comm=comm))`. */
export interface EventsShape {
  readonly kind: 'events';
  readonly columns: readonly Column[];
  /** Keeps rows, for what the program cannot decide. */
  readonly keep?: (row: Row) => boolean;
}

/** Maps with the same keys, one column each, as a table: at each interval, and at the end. */
export interface TableShape {
  readonly kind: 'table';
  /** Parts of the key, in the order of the maps' keys. A column whose `from` is set is computed from the others. */
  readonly keys: readonly Column[];
  /** Names of the parts of the key, where columns are computed from parts that are no columns themselves. */
  readonly parts?: readonly string[];
  /** Field → map with its value: `{ reads: '@reads' }`. */
  readonly maps: Readonly<Record<string, string>>;
  readonly values: readonly Column[];
  /** Field that rows are ordered by. */
  readonly sort: string;
  readonly order?: 'descending' | 'ascending';
  /** At most so many rows, the first ones. */
  readonly top?: number;
  /** What is counted goes on over intervals instead of starting again. */
  readonly cumulative?: boolean;
  /** A line for each interval as vmstat has it, under one header and with the time in front, instead of a table. */
  readonly continuous?: true;
  /** Above each table in text. */
  readonly heading?: () => string;
}

export interface HistogramShape {
  readonly kind: 'histogram';
  readonly map: string;
  /** Of what is counted: `usecs`, `msecs`, `bytes`. */
  readonly unit: string;
  /** What the histogram is of, for JSON and where a tool has several: `latency`. */
  readonly name?: string;
  /** Parts of the key, when there is a histogram for each. */
  readonly keys?: readonly Column[];
  /** Names of the parts of the key, where columns are computed from parts that are no columns themselves. */
  readonly parts?: readonly string[];
  /** For several histograms of one tool: a line above. */
  readonly title?: string;
}

/** A map whose key holds stacks, with a number for each. */
/** `waker_kernel` and `waker_user` are stacks of whoever ended the wait of the others. */
export const stackParts = ['kernel', 'user', 'waker_kernel', 'waker_user'] as const;
export type StackPart = (typeof stackParts)[number];

export interface StacksShape {
  readonly kind: 'stacks';
  readonly map: string;
  /** What the parts of the key are, in order. Other columns are shown with the stack: comm, pid. */
  readonly key: readonly (StackPart | Column)[];
  readonly value: Column;
  readonly folded: boolean;
  /** Stacks of what was interrupted, so that frames of BPF programs in them are not our own. */
  readonly sampled?: true;
  /** Only the largest. */
  readonly top?: number;
}

/** Text that the program prints itself, for tools whose layout is the user's: trace. */
export interface TextShape {
  readonly kind: 'text';
}

export type Shape = EventsShape | TableShape | HistogramShape | StacksShape | TextShape;
