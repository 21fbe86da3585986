/** syscount against a program whose calls are known. */
import { expect, it } from 'vitest';
import { ownProgram, shell } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { linesOfType, runTool } from '../../tests/tools/harness.ts';

const copy = () => shell('dd if=/dev/zero of=/dev/null bs=1 count=3000 status=none');

describeTracing('syscount', () => {
  it('counts calls by name', async () => {
    const { lines } = await runTool('syscount', { args: ['-n', 'dd', '-r', '3'], workload: copy });
    const rows = linesOfType(lines, 'row');
    expect(rows.length).toBe(3);
    expect(rows.find(({ syscall }) => syscall === 'write')).toMatchObject({ calls: 3000 });
    // The loader reads its library, too.
    const reads = rows.find(({ syscall }) => syscall === 'read')?.calls;
    expect(reads).toBeGreaterThanOrEqual(3000);
    expect(reads).toBeLessThan(3010);
  });

  it('sums their time, by process', async () => {
    const sleep = await ownProgram('sleep');
    const begun = process.hrtime.bigint();
    const { lines } = await runTool('syscount', {
      args: [
        '-P',
        '--latency',
        '-m',
        '--syscall',
        'nanosleep',
        '--syscall',
        'clock_nanosleep',
        '-n',
        sleep.comm,
      ],
      workload: () => shell(`${sleep.path} 0.2 & ${sleep.path} 0.4; wait`),
    });
    const wallMs = Number(process.hrtime.bigint() - begun) / 1e6;
    const times = linesOfType(lines, 'row').map(({ calls, comm, time_ms }) => ({ calls, comm, time_ms }));
    expect(times.map(({ calls, comm }) => [comm, calls])).toEqual([
      [sleep.comm, 1],
      [sleep.comm, 1],
    ]);
    expect(times[0]?.time_ms).toBeGreaterThanOrEqual(400);
    expect(times[1]?.time_ms).toBeGreaterThanOrEqual(200);
    for (const { time_ms } of times) expect(time_ms).toBeLessThan(wallMs);
  });

  it('counts only a certain failure', async () => {
    const { lines } = await runTool('syscount', {
      args: ['-e', '2', '-n', 'cat', '--syscall', 'openat'],
      workload: () => shell('cat /kscope-1 /kscope-2 /kscope-3 2>/dev/null || :'),
    });
    const [row] = linesOfType(lines, 'row');
    expect(row).toMatchObject({ syscall: 'openat' });
    // Message catalogues that are not there come on top.
    expect(row?.calls).toBeGreaterThanOrEqual(3);
  });

  it('refuses calls that do not exist', async () => {
    const { stderr, status } = await runTool('syscount', { args: ['--syscall', 'nono'] });
    expect(stderr).toContain("there is no system call 'nono'");
    expect(status).not.toBe(0);
  });
});
