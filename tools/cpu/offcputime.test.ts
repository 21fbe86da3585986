/** The tools of blocked time against programs whose sleeps are known. */
import { describe, expect, it } from 'vitest';
import { shell } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { bucketsOf, type Line, linesOfType, runTool } from '../../tests/tools/harness.ts';

/** Three sleeps of 0.2 seconds. */
const sleep = () => shell('for i in 1 2 3; do sleep 0.2; done');
const sleptUs = 600_000;

const timeOf = (lines: readonly Line[]) =>
  linesOfType(lines, 'stack').reduce((sum, { time_us }) => sum + Number(time_us), 0);
const framesOf = (line: Line | undefined, part: string) => {
  const frames = line?.[part];
  return Array.isArray(frames) ? frames.map(String) : [];
};
const longest = (lines: readonly Line[]) => linesOfType(lines, 'stack').at(-1);

describeTracing('offcputime', () => {
  it('sums sleeps by the stack that sleeps', async () => {
    const begun = Date.now();
    const { lines } = await runTool('offcputime', { args: ['-n', 'sleep'], workload: sleep });
    const wallUs = (Date.now() - begun) * 1000;
    expect(timeOf(lines)).toBeGreaterThan(sleptUs);
    expect(timeOf(lines)).toBeLessThan(wallUs);
    const line = longest(lines);
    expect(line).toMatchObject({ comm: 'sleep' });
    const kernel = framesOf(line, 'kernel');
    expect(kernel[0]).toMatch(/^__schedule/);
    expect(kernel.join(' ')).toContain('nanosleep');
  });

  it('leaves out what is too short, and waits for a CPU when only sleeps are wanted', async () => {
    const { lines } = await runTool('offcputime', {
      args: ['-K', '--state', '3', '-M', '150000', '-n', 'sleep'],
      workload: sleep,
    });
    expect(timeOf(lines)).toBeGreaterThan(sleptUs);
    for (const line of linesOfType(lines, 'stack')) {
      expect(line.time_us).toBeGreaterThanOrEqual(150_000);
      expect(line).not.toHaveProperty('user');
    }
  });
});

describeTracing('offcpuhist', () => {
  it('counts each sleep', async () => {
    const { lines } = await runTool('offcpuhist', { args: ['-n', 'sleep', '-M', '150000'], workload: sleep });
    const histograms = linesOfType(lines, 'histogram');
    const counted = histograms.flatMap(bucketsOf).reduce((sum, { count }) => sum + count, 0);
    expect(counted).toBe(3);
    for (const { key } of histograms) {
      expect(key).toMatchObject({ comm: 'sleep' });
      expect(JSON.stringify(key)).toContain('nanosleep');
    }
  });
});

/** A shell that waits for the sleep it started: woken by the sleep's end. */
const wait = () => shell('sh -c "sleep 0.5; :"');

describe('wakers', () => {
  describeTracing('wakeuptime', () => {
    it('shows who ended a wait, and how long it was', async () => {
      const { lines } = await runTool('wakeuptime', { args: ['-M', '300000', '-n', 'sh'], workload: wait });
      const mine = linesOfType(lines, 'stack').filter(({ waker }) => waker === 'sleep');
      expect(mine[0]).toMatchObject({ comm: 'sh' });
      expect(mine[0]?.time_us).toBeGreaterThanOrEqual(300_000);
      expect(framesOf(mine[0], 'waker_kernel').join(' ')).toMatch(/try_to_wake_up.*do_exit/);
    });
  });

  describeTracing('offwaketime', () => {
    it('joins the stack of the wait with that of its end', async () => {
      const { lines } = await runTool('offwaketime', { args: ['-M', '300000', '-n', 'sh'], workload: wait });
      const mine = linesOfType(lines, 'stack').filter(({ waker }) => waker === 'sleep');
      expect(mine[0]).toMatchObject({ comm: 'sh' });
      expect(mine[0]?.time_us).toBeGreaterThanOrEqual(300_000);
      expect(framesOf(mine[0], 'kernel').join(' ')).toMatch(/__schedule.*do_wait/);
      expect(framesOf(mine[0], 'waker_kernel').join(' ')).toMatch(/try_to_wake_up.*do_exit/);
    });

    it('folds both into one line, leaf beside leaf', async () => {
      const { stdout } = await runTool('offwaketime', {
        args: ['-f', '-K', '-M', '300000', '-n', 'sh'],
        text: true,
        workload: wait,
      });
      expect(stdout).toMatch(/^sh;.*;do_wait;.*;__schedule;--;try_to_wake_up;.*do_exit;.*;sleep \d+$/m);
    });
  });
});
