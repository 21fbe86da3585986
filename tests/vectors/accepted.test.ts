/** Right programs: what they print, run in the interpreter. */
import { afterAll, describe, expect, test } from 'vitest';
import { compileVector, vectorOptions } from '../support/compile-vector.ts';
import { type Printed, printed } from '../support/printed.ts';
import { readPending, readPlainVectors, removePending, titled, type Vector } from './vectors.ts';

const vectors = readPlainVectors('accepted');
const pending = readPending('accepted');
const update = process.env.UPDATE === '1';

function run(vector: Vector): Printed {
  const options = vectorOptions(vector);
  expect(options.others, 'options that need the command').toEqual([]);
  return printed(compileVector(vector), vector.program, options);
}

const expected = ({ status, stdout, stderr }: Vector): Printed => ({ status, stdout, stderr });

describe('output', () => {
  test.each(titled(vectors.filter(({ key }) => !pending.has(key))))('%s', (_, vector) => {
    expect(run(vector)).toEqual(expected(vector));
  });
});

function passes(vector: Vector): boolean {
  try {
    expect(run(vector)).toEqual(expected(vector));
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
