/** Right programs: what they print, run in the interpreter. */
import { afterAll, describe, expect, test } from 'vitest';
import { compileVector, heads, isHead, vectorOptions } from '../support/compile-vector.ts';
import { simulate } from '../support/simulate.ts';
import { readPending, readVectors, removePending, titled, type Vector } from './vectors.ts';

const vectors = readVectors('accepted');
const pending = readPending('accepted');
const update = process.env.UPDATE === '1';

interface Printed {
  readonly status: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** Warnings of the compiler stand before the output, those without a place on standard error. */
function printed(vector: Vector): Printed {
  const { program, config, diagnostics } = compileVector(vector);
  const { format, others } = vectorOptions(vector);
  expect(others, 'options that need the command').toEqual([]);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors.flatMap(heads)).toEqual([]);
  if (program === undefined) return { status: 1, stdout: ['No probes to attach'], stderr: [] };
  const { stdout, stderr, status } = simulate(program, { config, source: vector.program, format });
  const lines = (text: string) => text.split('\n').map((line) => line.trimEnd());
  const placed = diagnostics.filter(({ span }) => span !== undefined);
  const plain = diagnostics.filter(({ span }) => span === undefined);
  return {
    status,
    stdout: [...placed.flatMap(heads), ...lines(stdout).filter((line) => line !== '')],
    stderr: [...plain.flatMap(heads), ...lines(stderr).filter(isHead)],
  };
}

const expected = ({ status, stdout, stderr }: Vector): Printed => ({ status, stdout, stderr });

describe('output', () => {
  test.each(titled(vectors.filter(({ key }) => !pending.has(key))))('%s', (_, vector) => {
    expect(printed(vector)).toEqual(expected(vector));
  });
});

function passes(vector: Vector): boolean {
  try {
    expect(printed(vector)).toEqual(expected(vector));
    return true;
  } catch {
    return false;
  }
}

describe('pending output', () => {
  const open = vectors.filter(({ key }) => pending.has(key));

  const passing = new Set<string>();

  test.each(titled(open))('still differs: %s', (key, vector) => {
    if (!passes(vector)) return;
    passing.add(key);
    expect(update, 'this passes now: UPDATE=1 takes it out of pending-accepted.txt').toBe(true);
  });

  afterAll(() => {
    if (update) removePending('accepted', passing);
  });

  test('are vectors', () => {
    console.log(`${open.length} of ${vectors.length} accepted programs are pending`);
    const keys = vectors.map(({ key }) => key);
    expect([...pending.keys()].filter((key) => !keys.includes(key))).toEqual([]);
  });
});
