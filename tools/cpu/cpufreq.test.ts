/** cpufreq where there is no frequency driver: its program, with frequencies that are made up. */
import { cpus } from 'node:os';
import { expect, it } from 'vitest';
import { delay, trace } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { frequencyProgram } from './cpufreq.ts';

describeTracing('cpufreq', () => {
  it('samples the last known frequency of each CPU', async () => {
    const known = new Map(cpus().map((_, cpu) => [cpu, 2_450_000] as const));
    const { stdout, stderr } = await trace(frequencyProgram({ frequency: 99 }, known), {
      workload: () => delay(500),
    });
    expect(stdout, stderr).toMatch(/@system:\s*\n\[2400, 2600\)\s+\d+ \|@+/);
  });
});
