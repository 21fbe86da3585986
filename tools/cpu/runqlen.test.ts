/** The tools that sample run queues, against processes that crowd one CPU. */
import { cpus } from 'node:os';
import { expect, it } from 'vitest';
import { delay } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { bucketsOf, type Line, linesOfType, runTool } from '../../tests/tools/harness.ts';
import { type Burners, withBurners } from '../../tests/tools/processes.ts';

/** Three processes on the first CPU for a time: one runs, two wait. */
const crowd = async (burners: Burners, ms: number) => {
  burners.start();
  await delay(ms);
  burners.stop();
};

const samples = (line: Line | undefined, from: number) =>
  bucketsOf(line ?? { type: '' })
    .filter(({ min = 0 }) => min >= from)
    .reduce((sum, { count }) => sum + count, 0);

describeTracing('runqlen', () => {
  it('sees those that wait', async () => {
    await withBurners(0, 3, async (burners) => {
      const { lines } = await runTool('runqlen', { args: ['-C'], workload: () => crowd(burners, 1000) });
      const first = linesOfType(lines, 'histogram').find(({ key }) => JSON.stringify(key) === '{"cpu":0}');
      expect(first).toMatchObject({ scale: 'linear', unit: 'runqlen' });
      // Not always: a process that was just woken elsewhere may be looked at.
      expect(samples(first, 2)).toBeGreaterThan(samples(first, 0) * 0.8);
      expect(samples(first, 0)).toBeGreaterThan(30);
    });
  });

  it('tells how much of the time somebody waited', async () => {
    await withBurners(0, 3, async (burners) => {
      const { lines } = await runTool('runqlen', {
        args: ['-O', '-C'],
        workload: () => crowd(burners, 1000),
      });
      const first = linesOfType(lines, 'row').find(({ cpu }) => cpu === 0);
      expect(first?.occupancy_percent).toBeGreaterThan(80);
      expect(first?.occupancy_percent).toBeLessThanOrEqual(100);
    });
  });
});

describeTracing('cpuunclaimed', () => {
  it('sums to no more than there is', async () => {
    await withBurners(0, 3, async (burners) => {
      const { lines } = await runTool('cpuunclaimed', {
        args: ['0.5'],
        workload: () => crowd(burners, 1300),
      });
      const rows = linesOfType(lines, 'row');
      expect(rows.length).toBeGreaterThanOrEqual(2);
      for (const { cpu_percent, unclaimed_percent } of rows) {
        expect(cpu_percent).toBeGreaterThanOrEqual(0);
        expect(Number(cpu_percent) + Number(unclaimed_percent)).toBeLessThanOrEqual(100.01);
      }
    });
  });

  // What is idle beside three processes bound to one CPU is unclaimed; on a busy machine nothing is.
  it('calls idle time unclaimed when others wait', async () => {
    await withBurners(0, 3, async (burners) => {
      const { lines } = await runTool('cpuunclaimed', { workload: () => crowd(burners, 1500), args: ['99'] });
      const [row] = linesOfType(lines, 'row');
      const idle = 100 - Number(row?.cpu_percent);
      const most = (100 * Math.min(2, cpus().length - 1)) / cpus().length;
      expect(row?.unclaimed_percent).toBeGreaterThanOrEqual(Math.min(idle, most) * 0.8);
    });
  });
});

describeTracing('cpuwalk', () => {
  it('finds a process on the CPU that it is bound to', async () => {
    const last = cpus().length - 1;
    await withBurners(last, 1, async (burners) => {
      const { lines } = await runTool('cpuwalk', {
        args: ['-p', String(burners.pid)],
        workload: () => crowd(burners, 800),
      });
      const [line] = linesOfType(lines, 'histogram');
      const used = bucketsOf(line ?? { type: '' }).filter(({ count }) => count > 0);
      expect(used).toMatchObject([{ min: last }]);
    });
  });
});
