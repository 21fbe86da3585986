/**
 * Runs the commands that the documentation shows: fenced blocks marked `console run`. A line `$ …` is a command, the
 * lines up to the next one are what it prints, on both streams; `…` stands for anything, within a line or, alone on
 * one, for any number of lines.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pages } from '../../scripts/check-docs.mjs';
import { fences } from '../../scripts/lib/markdown.mjs';
import { root } from '../../scripts/lib/run.mjs';
import { samplePattern } from '../support/sample.ts';

interface Snippet {
  readonly title: string;
  readonly command: string;
  readonly expected: readonly string[];
}

function snippets(): readonly Snippet[] {
  return pages().flatMap(({ path, text }) =>
    fences(text)
      .filter(({ info }) => info === 'console run')
      .flatMap(({ lines, line }) => commandsOf(lines, `${path}:${line}`)),
  );
}

function commandsOf(lines: readonly string[], place: string): readonly Snippet[] {
  const starts = lines.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []));
  return starts.map((start, index) => ({
    title: `${place} ${lines[start]!.slice(2, 90)}`,
    command: lines[start]!.slice(2),
    expected: lines.slice(start + 1, starts[index + 1]),
  }));
}

function run(command: string): string {
  const script = `kscope() { "${process.execPath}" dist/kscope.cjs "$@"; }; ${command}`;
  const { stdout } = spawnSync('bash', ['-c', `exec 2>&1; ${script}`], { cwd: root, encoding: 'utf8' });
  return stdout.replace(/^\n/gm, '');
}

test('there are snippets', () => {
  expect(snippets().length).toBeGreaterThan(3);
});

const ready = process.getuid?.() === 0 && existsSync(`${root}/dist/kscope.cjs`);
describe.skipIf(!ready)('commands of the documentation (need root and dist/)', () => {
  test.each(snippets())('$title', ({ command, expected }) => {
    expect(run(command)).toMatch(samplePattern(expected));
  });
});
