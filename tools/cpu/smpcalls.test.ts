/** smpcalls against calls between CPUs that a program causes. */
import { cpus } from 'node:os';
import { expect, it } from 'vitest';
import { shell } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { bucketTotal, linesOfType, runTool } from '../../tests/tools/harness.ts';

/**
 * Memory barriers on other CPUs (MEMBARRIER_CMD_GLOBAL_EXPEDITED, after registering for them): the kernel has ipi_mb run
 * on each CPU whose process is registered, here one that never rests on the second CPU.
 */
const barriers = `
import ctypes, os, time
barrier = lambda command: ctypes.CDLL(None).syscall(324, command, 0, 0)
child = os.fork()
os.sched_setaffinity(0, {0 if child else 1})
barrier(4)
while not child: pass
time.sleep(0.3)
for _ in range(300):
    barrier(2)
    time.sleep(0.002)
os.kill(child, 9)
`;

describeTracing('smpcalls', () => {
  it.skipIf(cpus().length < 2)('shows the function that other CPUs were asked to run', async () => {
    const { lines } = await runTool('smpcalls', {
      workload: () => shell(`python3 -c '${barriers}'`),
    });
    const mine = linesOfType(lines, 'histogram').filter(({ key }) => JSON.stringify(key).includes('ipi_mb'));
    expect(bucketTotal(mine)).toBeGreaterThan(0);
    expect(mine[0]).toMatchObject({ name: 'call_time', unit: 'nsecs' });
  });
});
