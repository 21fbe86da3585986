/** Wrong programs: what is said about them, word for word. */
import { describe, expect, test } from 'vitest';
import { compileVector, heads } from '../support/compile-vector.ts';
import { readPending, readVectors, titled, type Vector } from './vectors.ts';

const vectors = readVectors('rejected');
const pending = readPending('rejected');

function said(vector: Vector): readonly string[] {
  return compileVector(vector).diagnostics.flatMap(heads);
}

describe('messages', () => {
  test.each(titled(vectors.filter(({ key }) => !pending.has(key))))('%s', (_, vector) => {
    expect(said(vector)).toEqual(vector.stderr);
    expect(compileVector(vector).program).toBeUndefined();
  });
});

describe('pending messages', () => {
  const open = vectors.filter(({ key }) => pending.has(key));

  test.each(titled(open))('still differ: %s', (_, vector) => {
    let outcome: unknown;
    try {
      outcome = said(vector);
    } catch (error) {
      outcome = error;
    }
    expect(outcome, 'this passes now: take it out of pending-rejected.txt').not.toEqual(vector.stderr);
  });

  test('are vectors', () => {
    console.log(`${open.length} of ${vectors.length} rejected programs are pending`);
    const keys = vectors.map(({ key }) => key);
    expect([...pending.keys()].filter((key) => !keys.includes(key))).toEqual([]);
  });
});
