/** runqslower against two processes that fight for a CPU. */
import { expect, it } from 'vitest';
import { describeTracing } from '../../tests/runtime/support.ts';
import { linesOfType, runTool } from '../../tests/tools/harness.ts';
import { contention, withBurners } from '../../tests/tools/processes.ts';

describeTracing('runqslower', () => {
  it('shows waits above the threshold, and who had the CPU', async () => {
    await withBurners(0, 2, async (burners) => {
      const { pid } = burners;
      let counted = { ranNs: 0, waitedNs: 0, slices: 0 };
      const { lines } = await runTool('runqslower', {
        args: ['--previous', '-p', String(pid), '500'],
        workload: async () => {
          counted = await contention(burners, 1200);
        },
      });
      const events = linesOfType(lines, 'event');
      const waits = events.map(({ latency_us }) => Number(latency_us));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(500);
      expect(new Set(events.map((event) => event.pid))).toEqual(new Set([pid]));
      expect(events[0]).toMatchObject({ comm: 'sh', tid: pid });
      for (const { previous_tid } of events) expect(previous_tid).not.toBe(pid);
      // Nearly all that it waited was in such waits.
      const sumNs = waits.reduce((sum, us) => sum + us * 1000, 0);
      expect(sumNs).toBeGreaterThan(counted.waitedNs * 0.7);
    });
  });
});
