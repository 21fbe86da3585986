/** profile against a program that burns its CPU. */
import { expect, it } from 'vitest';
import { delay } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { linesOfType, runTool } from '../../tests/tools/harness.ts';
import { contention, withBurners, withProcess } from '../../tests/tools/processes.ts';

const sum = (values: readonly unknown[]) => values.reduce<number>((all, value) => all + Number(value), 0);

describeTracing('profile', () => {
  it('finds a busy process as often as it got a CPU', async () => {
    await withBurners(0, 1, async (burners) => {
      const { pid } = burners;
      let ranNs = 0;
      const { lines } = await runTool('profile', {
        args: ['-F', '199', '-p', String(pid)],
        workload: async () => {
          ({ ranNs } = await contention(burners, 1500));
        },
      });
      const stacks = linesOfType(lines, 'stack');
      expect(new Set(stacks.map((stack) => `${stack.comm} ${stack.pid}`))).toEqual(new Set([`sh ${pid}`]));
      const samples = sum(stacks.map((stack) => stack.samples));
      expect(samples).toBeGreaterThan((ranNs / 1e9) * 199 * 0.6);
      // It ran a little before and after the two readings, too.
      expect(samples).toBeLessThan((ranNs / 1e9) * 199 * 2 + 50);
    });
  });

  it('folds kernel stacks into lines', async () => {
    const copy = ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=64k'];
    await withProcess(copy, async ({ pid }) => {
      const { stdout } = await runTool('profile', {
        args: ['-f', '-K', '-p', String(pid), '-F', '199'],
        text: true,
        workload: () => delay(1000),
      });
      const lines = stdout.trimEnd().split('\n');
      for (const line of lines) expect(line).toMatch(/^dd(;[^;]+)* \d+$/);
      expect(stdout).toMatch(/;ksys_read;/);
    });
  });
});
