/** The tools of interrupts against what /proc counts. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { delay, shell } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { bucketTotal, linesOfType, runTool } from '../../tests/tools/harness.ts';

/** Name → number on all CPUs, of /proc/softirqs or /proc/interrupts. */
function counts(path: string): ReadonlyMap<string, number> {
  const lines = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  return new Map(
    lines.map((line) => {
      const [, ...words] = line.trim().split(/\s+/);
      const numbers = words.slice(0, words.findLastIndex((word) => /^\d+$/.test(word)) + 1);
      const name = path.endsWith('softirqs') ? line.trim().split(':')[0] : words.at(-1);
      return [String(name).toLowerCase(), numbers.reduce((sum, word) => sum + Number(word), 0)];
    }),
  );
}

const grown = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>, name: string) =>
  (after.get(name) ?? 0) - (before.get(name) ?? 0);

describeTracing('softirqs', () => {
  it('counts as /proc/softirqs does', async () => {
    let before = new Map<string, number>() as ReadonlyMap<string, number>;
    let after = before;
    const { lines } = await runTool('softirqs', {
      workload: async () => {
        before = counts('/proc/softirqs');
        await delay(1500);
        after = counts('/proc/softirqs');
      },
    });
    const timer = linesOfType(lines, 'row').find(({ softirq }) => softirq === 'timer');
    // The tool runs longer than the two readings are apart.
    expect(timer?.count).toBeGreaterThanOrEqual(grown(before, after, 'timer') - 2);
    expect(timer?.count).toBeLessThan(grown(before, after, 'timer') * 4 + 200);
    expect(timer?.total_us).toBeGreaterThanOrEqual(Number(timer?.longest_us));
  });

  it('shows histograms', async () => {
    const { lines } = await runTool('softirqs', { args: ['--dist', '-N'], workload: () => delay(700) });
    const timer = linesOfType(lines, 'histogram').filter(
      ({ key }) => JSON.stringify(key) === '{"softirq":"timer"}',
    );
    expect(timer[0]).toMatchObject({ unit: 'nsecs' });
    expect(bucketTotal(timer)).toBeGreaterThan(0);
  });
});

describeTracing('softirqslower', () => {
  it('shows both stages', async () => {
    const { lines } = await runTool('softirqslower', { args: ['0'], workload: () => delay(300) });
    const events = linesOfType(lines, 'event');
    expect(new Set(events.map(({ stage }) => stage))).toEqual(new Set(['wait', 'run']));
    expect(events.map(({ softirq }) => softirq)).toContain('timer');
    for (const { latency_us } of events) expect(latency_us).toBeGreaterThanOrEqual(0);
  });
});

describeTracing('hardirqs', () => {
  it('counts as /proc/interrupts does', async () => {
    let before = new Map<string, number>() as ReadonlyMap<string, number>;
    let after = before;
    const { lines } = await runTool('hardirqs', {
      workload: async () => {
        before = counts('/proc/interrupts');
        await shell('dd if=/dev/zero of=kscope-irq bs=4k count=60 oflag=direct status=none; rm kscope-irq');
        await delay(200);
        after = counts('/proc/interrupts');
      },
    });
    const rows = linesOfType(lines, 'row');
    const busiest = rows.toSorted((a, b) => Number(b.count) - Number(a.count))[0];
    const counted = grown(before, after, String(busiest?.hardirq).toLowerCase());
    expect(counted).toBeGreaterThan(0);
    expect(busiest?.count).toBeGreaterThanOrEqual(counted - 2);
  });
});
