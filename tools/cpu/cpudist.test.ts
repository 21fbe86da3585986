/** cpudist against what the kernel itself counts of a process, and against a program that sleeps. */
import { expect, it } from 'vitest';
import { shell } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { bucketsOf, bucketTotal, linesOfType, runTool } from '../../tests/tools/harness.ts';
import { bucketBounds, contention, withBurners } from '../../tests/tools/processes.ts';

describeTracing('cpudist', () => {
  it('agrees with schedstat', async () => {
    await withBurners(0, 2, async (burners) => {
      const { pid } = burners;
      let counted = { ranNs: 0, waitedNs: 0, slices: 0 };
      const { lines } = await runTool('cpudist', {
        args: ['-P', '-p', String(pid)],
        workload: async () => {
          counted = await contention(burners, 1200);
        },
      });
      const [line] = linesOfType(lines, 'histogram');
      expect(line).toMatchObject({ name: 'on_cpu_time', unit: 'usecs', key: { pid, comm: 'sh' } });
      expect(bucketTotal(lines)).toBeGreaterThanOrEqual(counted.slices - 2);
      const { most } = bucketBounds(line === undefined ? [] : bucketsOf(line));
      expect(most * 1000).toBeGreaterThan(counted.ranNs * 0.9);
    });
  });

  it('shows sleeps as time off the CPU', async () => {
    const { lines } = await runTool('cpudist', {
      args: ['-O', '-m', '-n', 'sleep'],
      workload: () => shell('for i in 1 2 3 4 5; do sleep 0.15; done'),
    });
    const [line] = linesOfType(lines, 'histogram');
    expect(line).toMatchObject({ name: 'off_cpu_time', unit: 'msecs' });
    const long = bucketsOf(line ?? { type: '' }).filter(({ min = 0 }) => min >= 128);
    expect(long.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(5);
  });
});
