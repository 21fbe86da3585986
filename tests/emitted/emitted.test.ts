/**
 * The code of the common programs that `npm run bench` measures, as text: what every event of theirs costs can be
 * read here, and a change of the compiler shows as a difference. UPDATE=1 writes the goldens.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commonPrograms } from '../../bench/cases/programs.ts';
import { compile } from '../../src/compiler/compile.ts';
import { assembly } from '../support/assembly.ts';
import { currentMachine } from './machine.ts';

const target = currentMachine();

test.each(commonPrograms.map((program) => [program.name, program] as const))(
  '%s',
  (name, { text, env = {} }) => {
    const source = text('/bin/workload');
    const environment = Object.fromEntries(
      Object.entries(env).filter(([key]) => key === 'BPFTRACE_MAX_STRLEN'),
    );
    const { program, diagnostics } = compile(source, target, { environment });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    golden(name, `${source}\n\n${assembly(program!)}`);
  },
);

function golden(name: string, seen: string): void {
  const path = fileURLToPath(new URL(`${name.replace(/\W+/g, '-')}.txt`, import.meta.url));
  if (process.env.UPDATE === '1') writeFileSync(path, seen);
  expect(seen).toBe(
    existsSync(path) ? readFileSync(path, 'utf8') : '(the file does not exist; UPDATE=1 writes it)',
  );
}
