/**
 * The reference in docs/reference/: it is what the tables say today, nothing is left out of it, and its examples do
 * what it says. Those that need what this machine lacks run with the cases of tests/kernels/.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/lib/run.mjs';
import { referenceExamples, referencePages } from '../../scripts/reference-pages.ts';
import {
  aggregateGuides,
  callGuides,
  probeGuides,
  valueGuides,
} from '../../src/compiler/vocabulary/guide/index.ts';
import { aggregateNames, functionNames } from '../../src/compiler/vocabulary/registry.ts';
import { probeTypes } from '../../src/probes/registry.ts';
import { matches } from '../support/sample.ts';

describe('pages', () => {
  test.each([...referencePages()])('%s is up to date (npm run reference)', (path, text) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(text);
  });

  test('every function and builtin value has an entry', () => {
    const known = { ...valueGuides, ...callGuides, ...aggregateGuides };
    expect([...functionNames()].filter((name) => known[name] === undefined)).toEqual([]);
    expect([...aggregateNames()].filter((name) => aggregateGuides[name] === undefined)).toEqual([]);
  });

  test('every kind of probe has an entry', () => {
    expect(Object.keys(probeGuides).sort()).toEqual(probeTypes.map(({ name }) => name).sort());
  });
});

const command = join(root, 'dist/kscope.cjs');
const ready = process.getuid?.() === 0 && existsSync(command);

async function run(
  options: readonly string[],
  program: string,
): Promise<{ text: string; status: number | null }> {
  const child = spawn(process.execPath, [command, ...options, '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  let text = '';
  let errors = '';
  child.stdout.on('data', (bytes) => (text += bytes));
  child.stderr.on('data', (bytes) => (errors += bytes));
  const [status] = await once(child, 'close');
  return { text: status === 0 ? text : text + errors, status };
}

describe.skipIf(!ready)('examples (need root and dist/)', () => {
  const examples = referenceExamples().filter(([, { example }]) => example.needs === undefined);

  test.concurrent.each(examples)('%s', { timeout: 60_000 }, async (_, { example }) => {
    if (example.file !== undefined && !existsSync(example.file)) return;
    const { text, status } = await run(example.options ?? [], example.program);
    expect(status, text).toBe(0);
    expect(matches(text, example.output), `${text}\ninstead of\n${example.output}`).toBe(true);
  });
});
