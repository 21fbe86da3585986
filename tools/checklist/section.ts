/**
 * One look of the sixty-second check: what it reads from /proc, before and after the time of the check, the table that
 * it becomes, and what in it a person should know. Reading is injected, so that each look is tested on made-up files.
 */
import type { Column, Row } from '../../src/tools/shape/column.ts';

/** Text of a file; empty when it is not there. */
export type ReadText = (path: string) => string;

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Look<Sample> {
  /** In JSON: `cpu`. */
  readonly name: string;
  readonly title: string;
  /** The command that people know it by. */
  readonly like: string;
  readonly sample: (read: ReadText) => Sample;
  readonly table: (before: Sample, after: Sample, seconds: number) => Table;
  /** What stands out, each a sentence; none when all is well. */
  readonly findings: (table: Table, read: ReadText) => readonly string[];
}

/** Several looks side by side, whatever they sample. */
export interface StartedLook {
  readonly name: string;
  readonly title: string;
  readonly like: string;
  readonly finish: (seconds: number) => { readonly table: Table; readonly findings: readonly string[] };
}

export function startLook<Sample>(look: Look<Sample>, read: ReadText): StartedLook {
  const before = look.sample(read);
  const { name, title, like } = look;
  return {
    name,
    title,
    like,
    finish: (seconds) => {
      const table = look.table(before, look.sample(read), seconds);
      return { table, findings: look.findings(table, read) };
    },
  };
}

/** `Key: 12 kB` lines, as numbers. */
export function parseFields(text: string): ReadonlyMap<string, number> {
  const lines = text.matchAll(/^([\w()]+):?\s+(\d+)/gm);
  return new Map([...lines].map((line) => [line[1] ?? '', Number(line[2])]));
}

export const percent = (part: number, whole: number) => (whole <= 0 ? 0 : (100 * part) / whole);
