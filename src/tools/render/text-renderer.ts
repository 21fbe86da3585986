/** Text for people, laid out as users of the BCC tools know it. */
import type { Result, Trouble } from '../run/result.ts';
import { tableColumns } from '../run/result.ts';
import { timeOfDay } from '../shape/column.ts';
import type { Shape } from '../shape/shape.ts';
import { headerText, keyText, rowText } from './cell-text.ts';
import { histogramText } from './histogram-text.ts';
import type { Renderer, RenderOptions } from './renderer.ts';
import { stackText } from './stack-text.ts';

export class TextRenderer implements Renderer {
  readonly #options: RenderOptions;

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
    if (this.#options.timestamps) this.#options.write(`\n${timeOfDay(now)}\n`);
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
    const heading = shape.heading === undefined ? '' : `${shape.heading()}\n`;
    const lines = rows.map((row) => `${rowText(columns, row, this.#options.wide)}\n`);
    return `\n${heading}${headerText(columns)}\n${lines.join('')}`;
  }

  #histograms({ shape, sections }: Extract<Result, { kind: 'histogram' }>): string {
    const { keys = [], unit, title } = shape;
    const texts = sections.map(
      (section) =>
        `\n${keys.length === 0 ? '' : `${keyText(keys, section.key)}\n`}${histogramText(section, unit)}`,
    );
    return texts.length === 0 || title === undefined ? texts.join('') : `\n${title}\n${texts.join('')}`;
  }

  trouble({ text }: Trouble): void {
    this.#options.warn(`${text}\n`);
  }
}
