/** What a tool found, ready to be shown: the same for text, JSON and CSV. */
import type { Bucket } from '../../output/protocol.ts';
import type { Cell, Column } from '../shape/column.ts';
import type { EventsShape, HistogramShape, StackPart, StacksShape, TableShape } from '../shape/shape.ts';

export type Cells = readonly Cell[];

export interface HistogramSection {
  /** Parts of the key; empty when there is one histogram for all. */
  readonly key: Cells;
  readonly scale: 'log2' | 'linear';
  readonly buckets: readonly Bucket[];
}

/** Innermost frame first; undefined when this kind is not asked for. */
export type Stacks = { readonly [Part in StackPart]?: readonly string[] | undefined };

export interface StackRow extends Stacks {
  readonly cells: Cells;
  readonly value: Cell;
}

export type Result =
  | { readonly kind: 'event'; readonly shape: EventsShape; readonly cells: Cells }
  | { readonly kind: 'table'; readonly shape: TableShape; readonly rows: readonly Cells[] }
  | {
      readonly kind: 'histogram';
      readonly shape: HistogramShape;
      readonly sections: readonly HistogramSection[];
    }
  | { readonly kind: 'stacks'; readonly shape: StacksShape; readonly rows: readonly StackRow[] }
  | { readonly kind: 'text'; readonly text: string };

/** Something that spoils the result: said with it, never silently. */
export interface Trouble {
  readonly kind: 'lost' | 'warning';
  readonly text: string;
  readonly count?: number;
}

export function tableColumns({ keys, values }: TableShape): readonly Column[] {
  return [...keys, ...values];
}

export function stackColumns({ key }: StacksShape): readonly Column[] {
  return key.filter((part) => typeof part !== 'string');
}
