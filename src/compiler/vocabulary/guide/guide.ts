/**
 * What the reference says of an entry of the language. The guides lie in tables of their own, by the names of the
 * entries, because the command never reads them: docs/reference/ is generated from them (scripts/reference.mjs), and
 * the examples run in tests. A test makes sure that every entry has one.
 */
export interface Guide {
  /** How it is written: `buf(data[, length])`. */
  readonly signature: string;
  /** Markdown. */
  readonly summary: string;
  readonly example: Example;
}

export interface Example {
  readonly program: string;
  /** What it prints, without empty lines. `…` stands for anything, alone on a line for any lines. */
  readonly output: string;
  /** Of the command, before the program. */
  readonly options?: readonly string[];
  /** Features of the kernel, by the names of `kscope --info`, without which it cannot run. */
  readonly needs?: readonly string[];
  /** A file without which it cannot run. */
  readonly file?: string;
}

export type Guides = Readonly<Record<string, Guide>>;

export function guide(
  signature: string,
  summary: string,
  program: string,
  output: string,
  more: Pick<Example, 'options' | 'needs' | 'file'> = {},
): Guide {
  return { signature, summary, example: { program, output, ...more } };
}
