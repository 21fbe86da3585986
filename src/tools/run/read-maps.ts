/** Maps of the program → results: joined into tables, cut into sections, split into stacks and what stands beside. */
import type { Bucket, MapElement, MapMessage, Value } from '../../output/protocol.ts';
import { type Cell, type Column, numberOf, type Row, type RowContext } from '../shape/column.ts';
import {
  type HistogramShape,
  type Shape,
  type StacksShape,
  stackParts,
  type TableShape,
} from '../shape/shape.ts';
import { stackFrames } from '../shape/stack-frames.ts';
import type { Cells, Result, StackRow } from './result.ts';

export type MapReader = (name: string) => MapMessage;

/** Undefined for shapes that have no maps. */
export function readShape(shape: Shape, read: MapReader, context: RowContext): Result | undefined {
  switch (shape.kind) {
    case 'table':
      return { kind: 'table', shape, rows: readTable(shape, read, context) };
    case 'histogram':
      return { kind: 'histogram', shape, sections: readHistogram(shape, read, context) };
    case 'stacks':
      return { kind: 'stacks', shape, rows: readStacks(shape, read, context) };
    default:
      return undefined;
  }
}

/** What a shape reads. */
export function mapsOf(shape: Shape): readonly string[] {
  if (shape.kind === 'table') return Object.values(shape.maps);
  return shape.kind === 'histogram' || shape.kind === 'stacks' ? [shape.map] : [];
}

export function cellsOf(columns: readonly Column[], row: Row, context: RowContext): Cells {
  return columns.map(({ field, from }) => (from === undefined ? (row[field] ?? null) : from(row, context)));
}

function readTable(shape: TableShape, read: MapReader, context: RowContext): readonly Cells[] {
  const rows = [...joined(shape, read).values()];
  const columns = [...shape.keys, ...shape.values];
  const at = columns.findIndex(({ field }) => field === shape.sort);
  const sign = shape.order === 'ascending' ? 1 : -1;
  return rows
    .map((row) => cellsOf(columns, row, context))
    .sort((a, b) => sign * compareCells(a[at], b[at]))
    .slice(0, shape.top);
}

/** Rows by the text of their key; maps that lack a key count as zero there, and a map without a key is one row. */
function joined({ keys, parts, maps }: TableShape, read: MapReader): ReadonlyMap<string, Row> {
  const zeros = Object.fromEntries(Object.keys(maps).map((field) => [field, 0]));
  const names = parts ?? plainFields(keys);
  const rows = new Map<string, Record<string, Cell>>(names.length === 0 ? [['', { ...zeros }]] : []);
  for (const [field, name] of Object.entries(maps)) {
    const map = read(name);
    for (const { key, label = '', value } of elementsOf(map)) {
      const row = rows.get(label) ?? { ...zeros, ...keyFields(names, key) };
      row[field] = value;
      rows.set(label, row);
    }
  }
  return rows;
}

/** Of statistics a table gets the average, of a histogram its buckets: lowest and highest value, count. */
function elementsOf(map: MapMessage): readonly MapElement<Value>[] {
  if (map.kind === 'values') return map.rows;
  if (map.kind === 'statistics') return map.rows.map((row) => ({ ...row, value: row.value.average }));
  if (map.kind === 'histogram')
    return map.rows.map((row) => ({ ...row, value: row.value.map(bucketTriple) }));
  return [];
}

function bucketTriple({ min = 0, max = min, count }: Bucket): Value {
  return [min, max, count];
}

/** Columns that are not computed are parts of the key. */
function plainFields(keys: readonly Column[]): readonly string[] {
  return keys.filter(({ from }) => from === undefined).map(({ field }) => field);
}

function keyFields(names: readonly string[], key: Value | undefined): Row {
  const parts = keyParts(key, names.length);
  return Object.fromEntries(names.map((name, index) => [name, parts[index] ?? null]));
}

function keyParts(key: Value | undefined, count: number): Cells {
  if (key === undefined) return [];
  return count > 1 && Array.isArray(key) ? key : [key];
}

export function compareCells(a: Cell | undefined, b: Cell | undefined): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b);
  return numberOf(a) - numberOf(b);
}

function readHistogram(
  { map: name, keys = [], parts = plainFields(keys) }: HistogramShape,
  read: MapReader,
  context: RowContext,
) {
  const map = read(name);
  if (map.kind !== 'histogram') return [];
  return map.rows
    .map(({ key, value }) => ({
      key: cellsOf(keys, keyFields(parts, key), context),
      scale: map.scale,
      buckets: value,
    }))
    .filter(({ buckets }) => buckets.some(({ count }) => count > 0));
}

function readStacks(shape: StacksShape, read: MapReader, context: RowContext): readonly StackRow[] {
  const map = read(shape.map);
  if (map.kind !== 'values') return [];
  const rows = map.rows.map(({ key, value }) =>
    stackRow(shape, keyParts(key, shape.key.length), value, context),
  );
  // The largest last, where the reader of a terminal looks first.
  const sorted = rows.sort((a, b) => compareCells(a.value, b.value));
  return shape.top === undefined ? sorted : sorted.slice(-shape.top);
}

function stackRow(
  { key, value: column, sampled }: StacksShape,
  parts: Cells,
  value: Value,
  context: RowContext,
): StackRow {
  const stacks = stackParts
    .filter((name) => key.includes(name))
    .map((name) => [name, stackFrames(parts[key.indexOf(name)], sampled)] as const);
  const columns = key.flatMap((one, index) =>
    typeof one === 'string' ? [] : [{ column: one, cell: parts[index] ?? null }],
  );
  const row: Row = Object.fromEntries([
    ...columns.map(({ column: { field }, cell }) => [field, cell] as const),
    [column.field, value],
  ]);
  return {
    ...Object.fromEntries(stacks),
    cells: cellsOf(
      columns.map((one) => one.column),
      row,
      context,
    ),
    value: cellsOf([column], row, context)[0] ?? null,
  };
}
