/** The programs that are run by both tracers; the form is told in scripts.txt. */
import { readFileSync } from 'node:fs';

export interface ComparedScript {
  readonly title: string;
  /** Options of the command. */
  readonly options: readonly string[];
  /** For `-c`. */
  readonly command: string | undefined;
  /** Positional parameters. */
  readonly arguments: readonly string[];
  /** Lines come in any order. */
  readonly unordered: boolean;
  readonly program: string;
}

const setting = /^(options|command|arguments|unordered): ?(.*)\n/;

export function readScripts(): readonly ComparedScript[] {
  const text = readFileSync(new URL('scripts.txt', import.meta.url), 'utf8');
  return text.split(/^=== /m).slice(1).map(parseScript);
}

function parseScript(text: string): ComparedScript {
  const titleEnd = text.indexOf('\n');
  const settings = new Map<string, string>();
  let rest = text.slice(titleEnd + 1);
  for (let found = setting.exec(rest); found !== null; found = setting.exec(rest)) {
    settings.set(found[1] ?? '', found[2] ?? '');
    rest = rest.slice(found[0].length);
  }
  const words = (name: string) => (settings.get(name) ?? '').split(' ').filter((word) => word !== '');
  return {
    title: text.slice(0, titleEnd),
    options: words('options'),
    command: settings.get('command'),
    arguments: words('arguments'),
    unordered: settings.has('unordered'),
    program: rest.trim(),
  };
}
