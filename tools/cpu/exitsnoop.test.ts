/** exitsnoop against processes whose end is known. */
import { expect, it } from 'vitest';
import { shell } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { linesOfType, runTool } from '../../tests/tools/harness.ts';

describeTracing('exitsnoop', () => {
  it('shows exit codes, signals and ages', async () => {
    let pids: readonly number[] = [];
    const { lines } = await runTool('exitsnoop', {
      workload: async () => {
        const printed = await shell(
          "sh -c 'echo $$; exit 3'; sh -c 'echo $$; kill -TERM $$; sleep 9' || :; sh -c 'echo $$; sleep 0.3; exit 0'",
        );
        pids = printed.trim().split('\n').map(Number);
      },
    });
    const events = linesOfType(lines, 'event');
    const mine = pids.map((wanted) => events.filter(({ pid }) => pid === wanted));
    expect(mine).toMatchObject([
      [{ comm: 'sh', exit_code: 3, signal: 0, reason: 'code 3' }],
      [{ comm: 'sh', exit_code: 0, signal: 15, reason: 'signal 15 (TERM)' }],
      [{ comm: 'sh', exit_code: 0, signal: 0, reason: '0' }],
    ]);
    expect(mine[2]?.[0]?.age_s).toBeGreaterThan(0.3);
    expect(mine[2]?.[0]?.age_s).toBeLessThan(20);
  });

  it('shows only failures with -x', async () => {
    const { stdout } = await runTool('exitsnoop', {
      args: ['-x', '-n', 'kscope-ender'],
      text: true,
      workload: () =>
        shell(
          "for code in 0 7 0; do sh -c 'echo kscope-ender > /proc/self/comm; exec 2>/dev/null; printf kscope-ender > /proc/$$/comm; exit '$code || :; done",
        ),
    });
    const [header, ...rows] = stdout.trimEnd().split('\n');
    expect(header).toBe('PCOMM            PID     PPID    TID       AGE(s) EXIT_CODE');
    expect(rows).toEqual([expect.stringMatching(/^kscope-ender +(\d+) +\d+ +\1 +\d+\.\d\d code 7$/)]);
  });
});
