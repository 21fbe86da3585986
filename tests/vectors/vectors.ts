/** Reading the files of observed behaviour: accepted.txt, rejected.txt, and pending.txt with what is still to come. */
import { readFileSync, writeFileSync } from 'node:fs';

export interface Vector {
  /** Command line options as written, without the program; program parameters follow `--`. */
  readonly options: string;
  readonly program: string;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly status: number;
  /** Unique in its file: options and program in one line. */
  readonly key: string;
}

export function readVectors(name: 'accepted' | 'rejected'): readonly Vector[] {
  const vectors = readText(`${name}.txt`).split(/^---/m).slice(1).map(parseVector);
  const keys = new Set(vectors.map(({ key }) => key));
  if (keys.size !== vectors.length) throw new Error(`${name}.txt has the same program twice`);
  return vectors;
}

/** Key → the reason why it does not pass yet: the last heading above it. */
export function readPending(name: 'accepted' | 'rejected'): ReadonlyMap<string, string> {
  const pending = new Map<string, string>();
  let reason = '';
  for (const line of readText(`pending-${name}.txt`).split('\n')) {
    if (line.startsWith('## ')) reason = line.slice(3);
    else if (line !== '' && !line.startsWith('# ')) pending.set(line, reason);
  }
  return pending;
}

/** Those that need the command or the running kernel. */
export function readForCommand(name: 'accepted' | 'rejected'): ReadonlySet<string> {
  const section = readText('command.txt')
    .split(/^## /m)
    .find((one) => one.startsWith(`${name}\n`));
  return new Set(section?.split('\n').slice(1).filter(Boolean));
}

/** Those that are compiled for a machine that never changes and run in the interpreter. */
export function readPlainVectors(name: 'accepted' | 'rejected'): readonly Vector[] {
  const others = readForCommand(name);
  return readVectors(name).filter(({ key }) => !others.has(key));
}

/** For `test.each`, which cuts texts that it takes out of an object. */
export function titled(vectors: readonly Vector[]): (readonly [string, Vector])[] {
  return vectors.map((vector) => [vector.key, vector]);
}

/** UPDATE=1: takes out of the list what passes now. Headings without entries go, too. */
export function removePending(name: 'accepted' | 'rejected', passing: ReadonlySet<string>): void {
  const file = `pending-${name}.txt`;
  const [head = '', ...sections] = readText(file).split(/^(?=## )/m);
  const kept = sections.map((section) => section.split('\n').filter((line) => !passing.has(line)));
  const text = kept.filter((lines) => lines.some((line) => line !== '' && !line.startsWith('## ')));
  writeFileSync(new URL(file, import.meta.url), head + text.map((lines) => lines.join('\n')).join(''));
}

function parseVector(text: string): Vector {
  const lines = text.split('\n');
  const end = lines.indexOf('===');
  const options = (lines[0] ?? '').trim();
  const program = lines.slice(1, end).join('\n');
  const output = lines.slice(end + 1).filter((line) => line !== '');
  const status = output.map((line) => /^\[(\d+)\]$/.exec(line)?.[1]).find((one) => one !== undefined);
  const shown = output.filter((line) => !/^\[\d+\]$/.test(line));
  return {
    options,
    program,
    stdout: shown.filter((line) => !line.startsWith('E: ')),
    stderr: shown.filter((line) => line.startsWith('E: ')).map((line) => line.slice(3)),
    status: Number(status ?? 0),
    key: `${options} │ ${program}`.replaceAll('\n', '⏎').trim(),
  };
}

function readText(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
