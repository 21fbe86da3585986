/** Wrong programs: what is said about them, word for word. */
import { afterAll, describe, expect, test } from 'vitest';
import { compileVector, heads } from '../support/compile-vector.ts';
import { readPending, readPlainVectors, removePending, titled, type Vector } from './vectors.ts';

const vectors = readPlainVectors('rejected');
const pending = readPending('rejected');
const update = process.env.UPDATE === '1';

function said(vector: Vector): readonly string[] {
  return compileVector(vector).diagnostics.flatMap(heads);
}

describe('messages', () => {
  test.each(titled(vectors.filter(({ key }) => !pending.has(key))))('%s', (_, vector) => {
    expect(said(vector)).toEqual(vector.stderr);
    expect(compileVector(vector).program).toBeUndefined();
  });
});

function passes(vector: Vector): boolean {
  try {
    expect(said(vector)).toEqual(vector.stderr);
    return true;
  } catch {
    return false;
  }
}

describe('pending messages', () => {
  const open = vectors.filter(({ key }) => pending.has(key));

  const passing = new Set<string>();

  test.each(titled(open))('still differ: %s', (key, vector) => {
    if (!passes(vector)) return;
    passing.add(key);
    expect(update, 'this passes now: UPDATE=1 takes it out of pending-rejected.txt').toBe(true);
  });

  afterAll(() => {
    if (update) removePending('rejected', passing);
  });

  test('are vectors', () => {
    console.log(`${open.length} of ${vectors.length} rejected programs are pending`);
    const keys = vectors.map(({ key }) => key);
    expect([...pending.keys()].filter((key) => !keys.includes(key))).toEqual([]);
  });
});
