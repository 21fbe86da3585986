/** runqlat and runqslower against what the kernel itself counts of two processes that fight for a CPU. */
import { expect, it } from 'vitest';
import { describeTracing } from '../../tests/runtime/support.ts';
import { bucketsOf, bucketTotal, linesOfType, runTool } from '../../tests/tools/harness.ts';
import { bucketBounds, contention, withBurners } from '../../tests/tools/processes.ts';

describeTracing('runqlat', () => {
  it('agrees with schedstat', async () => {
    await withBurners(0, 2, async (burners) => {
      const { pid } = burners;
      let counted = { ranNs: 0, waitedNs: 0, slices: 0 };
      const { lines } = await runTool('runqlat', {
        args: ['-P', '-p', String(pid)],
        workload: async () => {
          counted = await contention(burners, 1200);
        },
      });
      const [line] = linesOfType(lines, 'histogram');
      expect(line).toMatchObject({ name: 'run_queue_latency', unit: 'usecs', key: { pid } });
      // The tool begins before the first reading, and ends after the last.
      const slices = bucketTotal(lines);
      expect(slices).toBeGreaterThanOrEqual(counted.slices - 2);
      const { least, most } = bucketBounds(line === undefined ? [] : bucketsOf(line));
      expect(most * 1000).toBeGreaterThan(counted.waitedNs * 0.9);
      expect(least / slices).toBeLessThan((counted.waitedNs / counted.slices / 1000) * 2);
    });
  });
});
