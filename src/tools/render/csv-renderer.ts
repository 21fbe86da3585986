/**
 * Comma separated values as RFC 4180 has them: a line of names, then the rows. Histograms have a row for each bucket,
 * stacks are folded; what spoils a result goes to standard error.
 */
import type { Cells, Result, Trouble } from '../run/result.ts';
import { stackColumns, tableColumns } from '../run/result.ts';
import type { Cell, Column } from '../shape/column.ts';
import type { Shape } from '../shape/shape.ts';
import type { Renderer, RenderOptions } from './renderer.ts';
import { foldedStack } from './stack-text.ts';

export class CsvRenderer implements Renderer {
  readonly #write: (text: string) => void;
  readonly #warn: (text: string) => void;
  #time = '';

  constructor({ write, warn }: Pick<RenderOptions, 'write' | 'warn'>) {
    this.#write = write;
    this.#warn = warn;
  }

  begin(shapes: readonly Shape[]): void {
    // One header: tools with several shapes have a block for each, with its own header, when it is shown.
    const [shape] = shapes;
    if (shape !== undefined) this.#line(headerOf(shape));
  }

  interval(now: Date): void {
    this.#time = now.toISOString();
  }

  result(result: Result): void {
    switch (result.kind) {
      case 'event':
        return this.#line(result.cells);
      case 'text':
        return this.#write(result.text);
      case 'table':
        for (const row of result.rows) this.#line([this.#time, ...row]);
        return;
      case 'histogram':
        for (const { key, buckets } of result.sections) {
          for (const { min, max, count } of buckets)
            this.#line([this.#time, ...key, min ?? null, max ?? null, count]);
        }
        return;
      case 'stacks':
        for (const row of result.rows)
          this.#line([this.#time, ...row.cells, foldedStack(result.shape, row), row.value]);
    }
  }

  trouble({ text }: Trouble): void {
    this.#warn(`${text}\n`);
  }

  #line(cells: Cells): void {
    this.#write(`${cells.map(field).join(',')}\r\n`);
  }
}

const names = (columns: readonly Column[]) => columns.map((column) => column.field);

function headerOf(shape: Shape): readonly string[] {
  switch (shape.kind) {
    case 'events':
      return names(shape.columns);
    case 'table':
      return ['time', ...names(tableColumns(shape))];
    case 'histogram':
      return ['time', ...names(shape.keys ?? []), `${shape.unit}_min`, `${shape.unit}_max`, 'count'];
    case 'stacks':
      return ['time', ...names(stackColumns(shape)), 'stack', shape.value.field];
    case 'text':
      return ['text'];
  }
}

function field(cell: Cell): string {
  if (cell === null) return '';
  const text = Array.isArray(cell) ? cell.map(String).join(' ') : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
