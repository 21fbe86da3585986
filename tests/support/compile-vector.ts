/** Compiles the program of an observed vector for the fixture machine, with the options that concern the compiler. */
import { type CompileResult, compile } from '../../src/compiler/compile.ts';
import type { Diagnostic } from '../../src/compiler/messages/diagnostic.ts';
import { render } from '../../src/compiler/messages/render.ts';
import type { Vector } from '../vectors/vectors.ts';
import { fixtureTarget } from './fixture-target.ts';

export interface VectorOptions {
  readonly positionals: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly format: 'text' | 'json';
  /** `-k` */
  readonly warnings: boolean;
  readonly unsafe: boolean;
  /** Options that only the command understands. */
  readonly others: readonly string[];
}

export function vectorOptions({ options }: Vector): VectorOptions {
  const [before = '', after = ''] = ` ${options} `.split(' -- ');
  const words = before.split(' ').filter((word) => word !== '');
  const assignments = words.filter((word) => word.includes('='));
  const flags = words.filter((word) => !word.includes('='));
  const others = flags.filter((word) => word !== '-k' && word !== '--unsafe').join(' ');
  return {
    positionals: after.split(' ').filter((word) => word !== ''),
    environment: Object.fromEntries(assignments.map((word) => word.split('='))),
    format: others.includes('-f json') ? 'json' : 'text',
    warnings: flags.includes('-k'),
    unsafe: flags.includes('--unsafe'),
    others: others
      .replace('-f json', '')
      .split(' ')
      .filter((word) => word !== ''),
  };
}

export function compileVector(vector: Vector): CompileResult {
  return compile(vector.program, fixtureTarget(), vectorOptions(vector));
}

/** The lines of a diagnostic that say something, without the source under them. */
export function heads(diagnostic: Diagnostic): readonly string[] {
  const text = Buffer.from(render(diagnostic), 'latin1').toString('utf8');
  return text
    .split('\n')
    .filter(isHead)
    .map((line) => line.trimEnd());
}

export function isHead(line: string): boolean {
  return /^(?:\S+:[\d:-]+: )?(?:ERROR|WARNING|HINT): /.test(line);
}
