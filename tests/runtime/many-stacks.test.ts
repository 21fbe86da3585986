/**
 * More different stacks than a stack map can hold apart: a program whose recursion takes another path each time. Every
 * stack must be there, with its count.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shell, trace } from './harness.ts';
import { describeTracing } from './support.ts';

/** Each bit of a number decides which of two functions is called next. */
const bits = 12;
const source = `
static void leaf(void);
static void walk(unsigned number, int left);
__attribute__((noinline)) static void zero(unsigned number, int left) { walk(number, left); __asm__ volatile(""); }
__attribute__((noinline)) static void one(unsigned number, int left) { walk(number, left); __asm__ volatile(""); }
__attribute__((noinline)) static void walk(unsigned number, int left) {
  if (left == 0) leaf();
  else if (number & 1) one(number >> 1, left - 1);
  else zero(number >> 1, left - 1);
  __asm__ volatile("");
}
__attribute__((noinline)) static void leaf(void) { __asm__ volatile(""); }
int main(void) {
  for (unsigned number = 0; number < 1u << ${bits}; number++) walk(number, ${bits});
  return 0;
}`;

describeTracing('many different stacks', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kscope-stacks-'));
    writeFileSync(join(folder, 'paths.c'), source);
    execFileSync(
      'gcc',
      [
        '-O1',
        '-fno-omit-frame-pointer',
        '-fno-optimize-sibling-calls',
        '-fno-inline',
        '-o',
        'paths',
        'paths.c',
      ],
      { cwd: folder },
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are all kept', { timeout: 60_000 }, async () => {
    const binary = join(folder, 'paths');
    const { stdout, stderr } = await trace(
      `config = { stack_mode = "raw" } uprobe:${binary}:leaf { @[ustack] = count(); }`,
      { workload: () => shell(binary) },
    );
    expect(stderr).not.toContain('not stored');
    const counts = [...stdout.matchAll(/^\]: (\d+)$/gm)].map((line) => Number(line[1]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1 << bits);
    const stacks = stdout.split(/^\]: \d+$/m).map((text) => text.replace(/^[\s\S]*?@\[/, ''));
    expect(new Set(stacks.slice(0, -1)).size).toBe(1 << bits);
  });
});
