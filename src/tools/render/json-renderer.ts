/**
 * One JSON object a line. `type` says what it is: `event` and `row` have a field for each column, `histogram` its
 * buckets, `stack` its frames (innermost first); `lost` and `warning` say what the results lack. Results of intervals
 * carry the time at which they were read. Integers that a double cannot hold are strings, as in the output of programs.
 */
import type { Cells, HistogramSection, Result, StackRow, Trouble } from '../run/result.ts';
import { stackColumns, tableColumns } from '../run/result.ts';
import type { Cell, Column } from '../shape/column.ts';
import { type Shape, stackParts } from '../shape/shape.ts';
import type { Renderer, RenderOptions } from './renderer.ts';

type Fields = Readonly<Record<string, unknown>>;

export class JsonRenderer implements Renderer {
  readonly #write: (text: string) => void;
  #time: string | undefined;

  constructor({ write }: Pick<RenderOptions, 'write'>) {
    this.#write = write;
  }

  begin(_shapes: readonly Shape[], _line: string | undefined): void {}

  interval(now: Date): void {
    this.#time = now.toISOString();
  }

  result(result: Result): void {
    switch (result.kind) {
      case 'event':
        return this.#line({ type: 'event', ...fieldsOf(result.shape.columns, result.cells) });
      case 'text':
        return this.#line({ type: 'text', text: result.text });
      case 'table': {
        const columns = tableColumns(result.shape);
        for (const row of result.rows) this.#timed({ type: 'row', ...fieldsOf(columns, row) });
        return;
      }
      case 'histogram':
        for (const section of result.sections) this.#timed(histogramFields(result, section));
        return;
      case 'stacks':
        for (const row of result.rows) this.#timed(stackFields(result, row));
    }
  }

  trouble({ kind, text, count }: Trouble): void {
    this.#line({ type: kind, text, ...(count === undefined ? {} : { count }) });
  }

  #timed({ type, ...fields }: Fields): void {
    // A column of the tool with the same name goes before.
    this.#line({ type, ...(this.#time === undefined ? {} : { time: this.#time }), ...fields });
  }

  #line(fields: Fields): void {
    this.#write(`${JSON.stringify(fields, (_, value) => plain(value))}\n`);
  }
}

export function histogramFields(
  { shape }: Extract<Result, { kind: 'histogram' }>,
  { key, scale, buckets }: HistogramSection,
): Fields {
  const { name, unit, keys = [] } = shape;
  return {
    type: 'histogram',
    ...(name === undefined ? {} : { name }),
    ...(keys.length === 0 ? {} : { key: fieldsOf(keys, key) }),
    unit,
    scale,
    buckets,
  };
}

function stackFields({ shape }: Extract<Result, { kind: 'stacks' }>, row: StackRow): Fields {
  return {
    type: 'stack',
    ...fieldsOf(stackColumns(shape), row.cells),
    ...Object.fromEntries(
      stackParts.filter((part) => row[part] !== undefined).map((part) => [part, row[part]]),
    ),
    [shape.value.field]: row.value,
  };
}

function fieldsOf(columns: readonly Column[], cells: Cells): Fields {
  return Object.fromEntries(
    columns.map(({ field, type }, index) => [field, rounded(cells[index] ?? null, type)]),
  );
}

/** Numbers that were computed have no more digits than mean something. */
function rounded(cell: Cell, type: Column['type']): Cell {
  return type === 'number' && typeof cell === 'number' ? Number(cell.toPrecision(12)) : cell;
}

/** What JSON.stringify cannot write, or would write otherwise than the rest of kscope. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  return value instanceof Uint8Array ? [...value] : value;
}
