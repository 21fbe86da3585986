import { expect, test } from 'vitest';
import { parseRows, uncovered } from './check-coverage.mjs';

const files = new Map([
  ['tests/corpus/loops', ''],
  ['tests/vectors/accepted.txt', 'begin { print(1); }\nbegin { print(2); }'],
  ['tests/vectors/pending-accepted.txt', '│ begin { print(2); }'],
]);
const problems = (text: string) => uncovered({ path: 'a.txt', text }, (path) => files.get(path));

test('a row has its table, its place and its cases', () => {
  const [row] = parseRows('# comment\n\n## loops\nover a range\n  tests/corpus/loops\n  a.txt: b: c\n');
  expect(row).toMatchObject({ table: 'loops', name: 'over a range', line: 4 });
  expect(row?.cases).toEqual([
    { path: 'tests/corpus/loops', text: undefined, line: 5 },
    { path: 'a.txt', text: 'b: c', line: 6 },
  ]);
});

test('cases that exist are no problems', () => {
  expect(problems('## t\nr\n  tests/corpus/loops\n  tests/vectors/accepted.txt: print(1)\n')).toEqual([]);
});

test('rows without a case, and cases that are not there, are problems', () => {
  expect(problems('## t\nr\ns\n  tests/corpus/nothing\n  tests/vectors/accepted.txt: print(3)\n')).toEqual([
    'a.txt:2: t: "r" has no case',
    'a.txt:4: tests/corpus/nothing does not exist',
    'a.txt:5: tests/vectors/accepted.txt has no "print(3)"',
  ]);
});

test('a pending case covers nothing', () => {
  expect(problems('## t\nr\n  tests/vectors/accepted.txt: print(2)\n')).toEqual([
    'a.txt:3: "print(2)" of tests/vectors/accepted.txt is pending',
  ]);
});
