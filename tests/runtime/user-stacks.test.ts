/** Stacks of user programs keep their names when the program has ended before they are printed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { delay, shell, trace } from './harness.ts';
import { describeTracing } from './support.ts';

/** At its first instruction a function has no frame yet: the kernel's walk misses its caller, `middle`. */
const source = `
#include <unistd.h>
__attribute__((noinline)) void innermost(void) { __asm__ volatile(""); }
__attribute__((noinline)) void middle(void) { innermost(); __asm__ volatile(""); }
int main(void) { middle(); usleep(1500000); return 0; }
`;

describeTracing('user stacks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kscope-stacks-'));
  const binary = join(folder, 'stacked');

  beforeAll(async () => {
    writeFileSync(join(folder, 'stacked.c'), source);
    await shell(`gcc -O1 -fno-omit-frame-pointer -o ${binary} ${binary}.c`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('have names in maps after the process ended', async () => {
    const { stdout } = await trace(`uprobe:${binary}:innermost { @[ustack, comm] = count() }`, {
      workload: async () => {
        await shell(binary);
        await delay(200);
      },
    });
    expect(stdout).toMatch(/@\[\n {8}innermost\+\d+\n {8}main\+\d+\n(.*\n)*, stacked\]: 1\n/);
  });

  it('have names in events, and in perf form the file', async () => {
    const { stdout } = await trace(
      `uprobe:${binary}:innermost { printf("%s%s\\n", ustack(perf, 2), usym(reg("ip"))) }`,
      {
        workload: () => shell(binary),
      },
    );
    const [, first, second, symbol] = stdout.split('\n');
    expect(first).toMatch(new RegExp(`^\\t[0-9a-f]+ innermost\\+\\d+ \\(${binary}\\)$`));
    expect(second).toMatch(/ main\+\d+ /);
    expect(symbol).toBe('innermost');
  });

  it.each([[''], ['uprobe_multi']])(
    'uprobes hit as often as the function is called, without "%s"',
    async (feature) => {
      const args = feature === '' ? [] : ['--no-feature', feature];
      const { stdout } = await trace(
        `uprobe:${binary}:middle,uprobe:${binary}:innermost { @e[func] = count() } uretprobe:${binary}:middle { @r = count() }`,
        { args, workload: () => shell(`${binary}; ${binary}`) },
      );
      expect(stdout).toBe('\n\n@e[innermost]: 2\n@e[middle]: 2\n@r: 2\n');
    },
  );

  it('of one process only with -p', async () => {
    const { stdout } = await trace(`uprobe:${binary}:innermost { @ = count() }`, {
      args: ['-p', String(process.pid)],
      workload: () => shell(binary),
    });
    expect(stdout).toBe('\n\n');
  });
});
