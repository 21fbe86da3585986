/** Text for people, laid out as users of the BCC tools know it. */
import type { Cells, Result, Trouble } from '../run/result.ts';
import { tableColumns } from '../run/result.ts';
import { type Column, timeOfDay } from '../shape/column.ts';
import type { Shape } from '../shape/shape.ts';
import { headerText, rowText } from './cell-text.ts';
import { histogramText, keyText } from './histogram-text.ts';
import type { Renderer, RenderOptions } from './renderer.ts';
import { stackText } from './stack-text.ts';

export class TextRenderer implements Renderer {
  readonly #options: RenderOptions;
  #time = '';
  /** Continuous tables whose header is shown. */
  readonly #headed = new Set<string>();

  constructor(options: RenderOptions) {
    this.#options = options;
  }

  begin(shapes: readonly Shape[], line: string | undefined): void {
    const { write } = this.#options;
    if (line !== undefined && !shapes.some((shape) => shape.kind === 'stacks' && shape.folded))
      write(`${line}\n`);
    for (const shape of shapes) if (shape.kind === 'events') write(`${headerText(shape.columns)}\n`);
  }

  interval(now: Date): void {
    this.#time = timeOfDay(now);
    if (this.#options.timestamps) this.#options.write(`\n${this.#time}\n`);
  }

  result(result: Result): void {
    const { write, wide } = this.#options;
    switch (result.kind) {
      case 'event':
        return write(`${rowText(result.shape.columns, result.cells, wide)}\n`);
      case 'text':
        return write(result.text);
      case 'table':
        return write(this.#table(result));
      case 'histogram':
        return write(this.#histograms(result));
      case 'stacks': {
        const text = result.rows.map((row) => stackText(result.shape, row)).join('');
        return write(result.shape.folded ? text : `\n${text}`);
      }
    }
  }

  #table({ shape, rows }: Extract<Result, { kind: 'table' }>): string {
    const columns = tableColumns(shape);
    if (shape.continuous) return this.#continued(columns, rows);
    const heading = shape.heading === undefined ? '' : `${shape.heading()}\n`;
    const lines = rows.map((row) => `${rowText(columns, row, this.#options.wide)}\n`);
    return `\n${heading}${headerText(columns)}\n${lines.join('')}`;
  }

  #continued(columns: readonly Column[], rows: readonly Cells[]): string {
    const header = `${'TIME'.padEnd(8)} ${headerText(columns)}\n`;
    const head = this.#headed.has(header) ? '' : header;
    this.#headed.add(header);
    return head + rows.map((row) => `${this.#time} ${rowText(columns, row, this.#options.wide)}\n`).join('');
  }

  #histograms({ shape, sections }: Extract<Result, { kind: 'histogram' }>): string {
    const { keys = [], unit, title } = shape;
    const texts = sections.map((section) => `\n${keyText(keys, section.key)}${histogramText(section, unit)}`);
    return texts.length === 0 || title === undefined ? texts.join('') : `\n${title}\n${texts.join('')}`;
  }

  trouble({ text }: Trouble): void {
    this.#options.warn(`${text}\n`);
  }
}
