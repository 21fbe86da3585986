/** Stacks with source lines and inlined calls, from debug information; also of programs that end at once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shell, trace } from './harness.ts';
import { describeTracing } from './support.ts';

const source = `
static inline __attribute__((always_inline)) int deepest(int x) {
  volatile int seen = x;
  return seen;
}
static inline __attribute__((always_inline)) int between(int x) {
  return deepest(x + 1) * 2;
}
__attribute__((noinline)) int compute(int n) {
  return between(n) + 3;
}
int main(int argc, char **argv) {
  return compute(argc) == 0;
}
`;

describeTracing('source lines in stacks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kscope-lines-'));
  const binary = join(folder, 'inlined');
  const file = join(folder, 'inlined.c');

  beforeAll(async () => {
    writeFileSync(file, source);
    await shell(`gcc -g -O2 -fno-omit-frame-pointer -o ${binary} ${file}`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const stack = async (program: string) => {
    const { stdout } = await trace(program.replaceAll('BIN', binary), { args: ['-q', '-c', binary] });
    return stdout.trim().split('\n');
  };

  it('with the calls that were inlined, innermost first', async () => {
    expect((await stack('uprobe:BIN@inlined.c:4 { print(ustack(1)) }')).map((line) => line.trim())).toEqual([
      `deepest(inlined)@${file}:4`,
      `between(inlined)@${file}:7`,
      expect.stringMatching(new RegExp(`^compute\\+\\d+@${file}:10$`)),
    ]);
  });

  it('in perf and in folded form', async () => {
    const [first, , last] = await stack('uprobe:BIN@inlined.c:4 { print(ustack(perf, 1)) }');
    expect(first).toMatch(new RegExp(`^\\t?[0-9a-f]+ deepest\\(inlined\\) \\(${binary}\\)@${file}:4$`));
    expect(last).toMatch(new RegExp(`^\\t[0-9a-f]+ compute\\+\\d+ \\(${binary}\\)@${file}:10$`));
    expect(await stack('uprobe:BIN@inlined.c:4 { print(ustack(folded, 1)) }')).toEqual([
      'compute;between;deepest',
    ]);
  });

  it('not when the config says so', async () => {
    const lines = await stack(
      'config = { show_debug_info = false } uprobe:BIN@inlined.c:4 { print(ustack(1)) }',
    );
    expect(lines).toEqual([expect.stringMatching(/^compute\+\d+$/)]);
  });
});
