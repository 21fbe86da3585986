/** execsnoop against programs that are started with known arguments. */
import { expect, it } from 'vitest';
import { shell } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { linesOfType, runTool } from '../../tests/tools/harness.ts';

const start = () => shell(`/bin/echo 'x y' kscope-exec; bash -c 'exec /kscope-missing one "" three' || :`);

describeTracing('execsnoop', () => {
  it('shows programs with their arguments, and attempts that fail with their error', async () => {
    const { lines } = await runTool('execsnoop', { args: ['-x'], workload: start });
    const mine = linesOfType(lines, 'event').filter(({ args }) =>
      /kscope-(exec|missing)/.test(String(args).replace(/^bash -c.*|^\/bin\/sh.*/, '')),
    );
    expect(mine).toMatchObject([
      { comm: 'echo', ret: 0, args: '/bin/echo x y kscope-exec' },
      { comm: 'bash', ret: -2, args: '/kscope-missing one  three' },
    ]);
  });

  it('keeps to a text in the arguments, with quotes when asked', async () => {
    const { stdout } = await runTool('execsnoop', {
      args: ['-q', '-l', 'kscope-exec', '-n', 'echo'],
      text: true,
      workload: start,
    });
    const [header, ...rows] = stdout.trimEnd().split('\n');
    expect(header).toBe('PCOMM            PID     PPID    RET ARGS');
    expect(rows).toEqual([expect.stringMatching(/^echo +\d+ +\d+ +0 "\/bin\/echo" "x y" "kscope-exec"$/)]);
  });
});
