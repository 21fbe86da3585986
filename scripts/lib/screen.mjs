// @ts-check
/** Redrawing a block of lines in place on a terminal, without clearing what was there before it. */

export class Screen {
  #drawn = 0;
  #out;

  /** @param {{ write(text: string): unknown, readonly rows: number }} out */
  constructor(out) {
    this.#out = out;
  }

  /** Lines that do not fit the height are left out at the end. @param {readonly string[]} lines */
  draw(lines) {
    const shown = lines.slice(0, Math.max(1, this.#out.rows - 2));
    const back = this.#drawn > 0 ? `\u001b[${this.#drawn}A` : '';
    this.#out.write(`${back}\u001b[J${shown.map((line) => `${line}\n`).join('')}`);
    this.#drawn = shown.length;
  }
}
