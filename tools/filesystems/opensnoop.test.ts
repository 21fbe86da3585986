/** opensnoop against a program whose opens are known. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeTracing } from '../../tests/runtime/support.ts';
import { linesOfType, runTool } from '../../tests/tools/harness.ts';

describeTracing('opensnoop', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kscope-opensnoop-'));
    writeFileSync(join(folder, 'there'), 'x');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const cat = () => {
    try {
      execFileSync('cat', [join(folder, 'there'), join(folder, 'missing')], { stdio: 'ignore' });
    } catch {
      // One of the files is missing on purpose.
    }
    return Promise.resolve();
  };

  it('shows opens with their descriptor, and those that fail with their error', async () => {
    const { lines, status } = await runTool('opensnoop', { args: ['-n', 'cat'], workload: cat });
    const mine = linesOfType(lines, 'event').filter(({ path }) => String(path).startsWith(folder));
    expect(mine).toMatchObject([
      { comm: 'cat', fd: 3, error: 0, path: join(folder, 'there') },
      { comm: 'cat', fd: -1, error: 2, path: join(folder, 'missing') },
    ]);
    expect(status).toBe(0);
  });

  it('shows only failures with -x, in columns', async () => {
    const { stdout } = await runTool('opensnoop', { args: ['-x', '-n', 'cat'], text: true, workload: cat });
    const rows = stdout.split('\n');
    expect(rows[0]).toBe('PID     COMM               FD ERR PATH');
    expect(rows.find((row) => row.endsWith('/missing'))).toMatch(/^\d+ +cat +-1 +2 \/tmp/);
    expect(stdout).not.toContain('/there');
  });
});
