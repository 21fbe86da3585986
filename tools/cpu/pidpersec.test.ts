/** pidpersec against a shell that starts a known number of programs. */
import { expect, it } from 'vitest';
import { shell } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { linesOfType, runTool } from '../../tests/tools/harness.ts';

describeTracing('pidpersec', () => {
  it('counts processes', async () => {
    const { lines } = await runTool('pidpersec', {
      args: ['-n', 'kscope-forker', '0.5'],
      workload: () =>
        shell(`printf kscope-forker > /proc/$$/comm; i=0; while [ $i -lt 25 ]; do (:); i=$((i+1)); done`),
    });
    const rows = linesOfType(lines, 'row');
    expect(rows.reduce((sum, { processes }) => sum + Number(processes), 0)).toBe(25);
    expect(rows.reduce((sum, { threads }) => sum + Number(threads), 0)).toBe(0);
  });

  it('has a line for each interval under one header', async () => {
    const { stdout } = await runTool('pidpersec', { args: ['0.2', '3'], text: true });
    const [start, header, ...rows] = stdout.trimEnd().split('\n');
    expect(start).toBe('Tracing new processes... Hit Ctrl-C to end.');
    expect(header).toBe('TIME     PROCESSES  THREADS');
    expect(rows.length).toBe(3);
    for (const row of rows) expect(row).toMatch(/^\d\d:\d\d:\d\d +\d+ +\d+$/);
  });
});
