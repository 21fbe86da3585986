import { expect, test } from 'vitest';
import { brokenReferences } from './check-docs.mjs';
import { fences, references } from './lib/markdown.mjs';

const repository = {
  exists: (path: string) => path === 'src/base/assert.ts' || path === 'docs/a.md',
  scripts: ['start'],
};
const check = (text: string, path = 'docs/b.md') => brokenReferences({ path, text }, repository);

test('paths in code spans and links must exist', () => {
  expect(
    check('See `src/base/assert.ts`, [a](a.md#part) and\n`src/gone.ts` and [gone](../gone.md).'),
  ).toEqual(['docs/b.md:2: src/gone.ts does not exist', 'docs/b.md:2: gone.md does not exist']);
});

test('what is no path of the repository is left alone', () => {
  expect(
    check('`kscope -e`, `EPERM`, `/proc/self/maps`, `a/b`, [x](https://example.org/x), [y](#y)'),
  ).toEqual([]);
});

test('npm scripts in commands must exist', () => {
  expect(check('```sh\nnpm start\nnpm run nothing\n```')).toEqual([
    'docs/b.md:3: there is no npm script "nothing"',
  ]);
});

test('fences keep their info, their line and their text', () => {
  expect(fences('a\n```console run\n$ x\ny\n```\nb\n```\nz\n```')).toEqual([
    { info: 'console run', line: 2, lines: ['$ x', 'y'] },
    { info: '', line: 7, lines: ['z'] },
  ]);
});

test('references inside fences do not count', () => {
  expect(references('`a`\n```\n`b`\n```\n[c](d)')).toEqual([
    { kind: 'code', text: 'a', line: 1 },
    { kind: 'link', text: 'd', line: 5 },
  ]);
});
