/**
 * The corpus: a folder a case. `program.bt` is compiled for the fixture machine and run in the interpreter, and for
 * small programs its code is kept as text:
 *
 *     options.json   optional: world, firings, format, environment, positionals, features (see Case)
 *     expect.txt     what the run prints; standard error after a line `-- stderr`, the status after `-- status`
 *     asm.txt        the disassembled functions, when the file exists
 *
 * Every case is also compiled for the kernel that runs the tests, and loaded: its verifier has to accept it.
 * UPDATE=1 writes expect.txt, and asm.txt where there is one, from what was seen.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type CompileOptions, type CompileResult, compile } from '../../src/compiler/compile.ts';
import { render } from '../../src/compiler/messages/render.ts';
import { hostTarget } from '../../src/host/target.ts';
import { nativeKernel } from '../../src/kernel/native.ts';
import { load } from '../../src/loader/load.ts';
import type { Program } from '../../src/program/program.ts';
import type { Target } from '../../src/program/target.ts';
import { assembly } from '../support/assembly.ts';
import { fixtureTarget } from '../support/fixture-target.ts';
import { simulate } from '../support/simulate.ts';
import { type Case, readCase } from './case.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const update = process.env.UPDATE === '1';
const names = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe.each(names)('%s', (name) => {
  const one = readCase(join(root, name));

  test('prints what is expected', () => {
    golden(one, 'expect.txt', run(one));
  });

  if (existsSync(join(one.folder, 'asm.txt')))
    test('compiles to the same code', () => {
      golden(one, 'asm.txt', assembly(compiled(one, fixtureTarget(one.target))));
    });

  test.skipIf(process.getuid?.() !== 0)('is accepted by the verifier of this kernel (needs root)', () => {
    const kernel = nativeKernel();
    const target = hostTarget(kernel);
    try {
      using loaded = load(compiled(one, target), kernel);
      expect(loaded).toBeDefined();
    } finally {
      target.close();
    }
  });
});

test('there are cases', () => {
  expect(names.length).toBeGreaterThan(10);
});

function compileCase({ source, environment, positionals }: Case, target: Target): CompileResult {
  const options: CompileOptions = { environment, positionals, name: 'program.bt' };
  return compile(source, target, options);
}

function compiled(one: Case, target: Target): Program {
  const { program, diagnostics } = compileCase(one, target);
  if (program === undefined) throw new Error(diagnostics.map((diagnostic) => render(diagnostic)).join('\n'));
  return program;
}

function run(one: Case): string {
  const target = fixtureTarget(one.target);
  const { config } = compileCase(one, target);
  const { world, firings, format, source } = one;
  const { stdout, stderr, status } = simulate(compiled(one, target), {
    config,
    source,
    world,
    firings,
    format,
  });
  return (
    stdout + (stderr === '' ? '' : `-- stderr\n${stderr}`) + (status === 0 ? '' : `-- status\n${status}\n`)
  );
}

function golden({ folder }: Case, name: string, seen: string): void {
  const path = join(folder, name);
  if (update) writeFileSync(path, seen);
  expect(seen).toBe(
    existsSync(path) ? readFileSync(path, 'utf8') : '(the file does not exist; UPDATE=1 writes it)',
  );
}
