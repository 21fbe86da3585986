/**
 * Observed programs that only the command or the running kernel can show, through the command, under the name that
 * programs of the language know their tracer by.
 */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isHead } from '../support/compile-vector.ts';
import { readForCommand, readVectors, titled, type Vector } from '../vectors/vectors.ts';
import { builtCommand, Tracer } from './harness.ts';
import { describeTracing } from './support.ts';

let linked: string | undefined;

function command(): string {
  if (linked === undefined) {
    linked = join(builtCommand(), '..', 'bpftrace');
    symlinkSync(builtCommand(), linked);
  }
  return linked;
}

/** `-c` without a word is what `-c ""` looks like in the list. */
function wordsOf(options: string): {
  readonly args: readonly string[];
  readonly env: Record<string, string>;
} {
  const words = options.split(' ').filter((word) => word !== '');
  const isSetting = (word: string) => /^BPFTRACE_\w+=/.test(word);
  const args = words.filter((word) => !isSetting(word));
  return {
    args: args.at(-1) === '-c' ? [...args, ''] : args,
    env: Object.fromEntries(words.filter(isSetting).map((word) => word.split('='))),
  };
}

async function run({ options, program }: Vector) {
  const { args, env } = wordsOf(options);
  const { stdout, stderr, status } = await new Tracer([...args, '-e', program], env, command()).ended;
  const lines = (text: string) => text.split('\n').map((line) => line.trimEnd());
  return {
    status,
    stdout: withoutExcerpts(lines(stdout)),
    stderr: lines(stderr).filter(isHead),
  };
}

/** A warning's head is listed, the source under it is not. */
function withoutExcerpts(lines: readonly string[]): readonly string[] {
  return lines.filter((line, i) => {
    const below = lines[i - 1] ?? '';
    const twoBelow = lines[i - 2] ?? '';
    const isExcerpt = isHead(below) || (isHead(twoBelow) && /^ *~+$/.test(line));
    return line !== '' && !isExcerpt;
  });
}

describe.each(['accepted', 'rejected'] as const)('%s', (name) => {
  const wanted = readForCommand(name);
  const vectors = readVectors(name).filter(({ key }) => wanted.has(key));

  test('all are vectors', () => {
    expect(vectors.map(({ key }) => key).sort()).toEqual([...wanted].sort());
  });

  describeTracing('what they print', () => {
    test.each(titled(vectors))('%s', async (_, vector) => {
      const { stdout, stderr, status } = vector;
      const expected = stdout.map((line) => line.trimEnd()).filter((line) => line !== '');
      expect(await run(vector)).toEqual({ status, stdout: expected, stderr });
    });
  });
});
