/**
 * Reading the files of small programs, one for each point of the language:
 *
 *     --- a title
 *     options: -- 5                      optional: environment, -f json, program parameters
 *     begin { print($1); }
 *     ===
 *     5
 *     E: a line of standard error        heads of messages only
 *     [1]                                the exit status when it is not 0
 *
 * `machine: btf` among the first lines compiles for a machine with the types of the running kernel. UPDATE=1 writes
 * what stands below the line of `===`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Printed } from '../support/printed.ts';
import type { Vector } from '../vectors/vectors.ts';

export interface SmallProgram extends Vector {
  readonly title: string;
  readonly needsTypes: boolean;
}

export function programFiles(): readonly string[] {
  const folder = new URL('.', import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort();
}

export function readPrograms(file: string): readonly SmallProgram[] {
  return sectionsOf(file).map((section) => parseProgram(section, file));
}

/** Writes the output of each program, by title. */
export function updatePrograms(file: string, outputs: ReadonlyMap<string, Printed>): void {
  const [head = ''] = readText(file).split(/^--- /m);
  const sections = sectionsOf(file).map((section) => {
    const { title } = parseProgram(section, file);
    const output = outputs.get(title);
    if (output === undefined) return `--- ${section}`;
    const before = section.slice(0, section.indexOf('\n===\n'));
    return `--- ${before}\n===\n${outputText(output)}\n`;
  });
  writeFileSync(new URL(file, import.meta.url), `${head}${sections.join('').trimEnd()}\n`);
}

function outputText({ stdout, stderr, status }: Printed): string {
  const lines = [...stdout, ...stderr.map((line) => `E: ${line}`), ...(status === 0 ? [] : [`[${status}]`])];
  return lines.map((line) => `${line}\n`).join('');
}

function readText(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}

function sectionsOf(file: string): readonly string[] {
  return readText(file).split(/^--- /m).slice(1);
}

function parseProgram(section: string, file: string): SmallProgram {
  const [title = '', ...lines] = section.split('\n');
  const end = lines.indexOf('===');
  if (end < 0) throw new Error(`${file}: "${title}" has no line of ===`);
  const options = lines.slice(0, end).filter((line) => /^(?:options|machine): /.test(line));
  const value = (name: string) => options.find((line) => line.startsWith(name))?.slice(name.length) ?? '';
  const output = lines.slice(end + 1).filter((line) => line !== '');
  const status = output.map((line) => /^\[(\d+)\]$/.exec(line)?.[1]).find((one) => one !== undefined);
  const shown = output.filter((line) => !/^\[\d+\]$/.test(line));
  return {
    title,
    key: `${file}: ${title}`,
    options: value('options: '),
    needsTypes: value('machine: ') === 'btf',
    program: lines.slice(options.length, end).join('\n'),
    stdout: shown.filter((line) => !line.startsWith('E: ')),
    stderr: shown.filter((line) => line.startsWith('E: ')).map((line) => line.slice(3)),
    status: Number(status ?? 0),
  };
}
