/** Nothing may be lost silently: floods, full maps and crowded stacks are said with their numbers. */
import { expect, it } from 'vitest';
import { ownProgram, shell, trace } from './harness.ts';
import { describeTracing } from './support.ts';

const dd = await ownProgram('dd');
const flood = (count: number) =>
  shell(`${dd.path} if=/dev/zero of=/dev/null bs=1 count=${count} status=none`);

describeTracing('losses', () => {
  it('delivers every event of a busy loop, or says how many are missing', async () => {
    const count = 300_000;
    const { stdout, stderr } = await trace(
      `t:syscalls:sys_enter_write /comm == "${dd.comm}"/ { printf("w\\n") }`,
      {
        workload: () => flood(count),
      },
    );
    const delivered = stdout.split('w\n').length - 1;
    const lost = Number(/Total lost event count: (\d+)/.exec(stderr)?.[1] ?? 0);
    expect(delivered + lost).toBe(count);
    expect(delivered).toBeGreaterThan(count / 10);
  });

  it('says how many events found no room in a small buffer', async () => {
    const count = 200_000;
    const { stdout, stderr } = await trace(
      `config = { perf_rb_pages = 1 } t:syscalls:sys_enter_write /comm == "${dd.comm}"/ { @ = count(); printf("%s\\n", "0123456789012345678901234567890") }`,
      { workload: () => flood(count) },
    );
    const delivered = stdout.split('\n').filter((line) => line.startsWith('0123')).length;
    const total = Number(/Total lost event count: (\d+)/.exec(stderr)?.[1] ?? 0);
    const reports = [...stderr.matchAll(/^Lost (\d+) events$/gm)].map(([, lost]) => Number(lost));
    expect(reports.reduce((sum, lost) => sum + lost, 0)).toBe(total);
    expect(delivered + total).toBe(count);
    expect(stdout).toContain(`@: ${count}\n`);
  });

  it('warns once of a full map, and counts what it refused', async () => {
    const { stdout, stderr } = await trace(
      'config = { max_map_keys = 2 } begin { @[1] = 1; @[2] = 1; @[3] = 1; @[4] = 1; }',
    );
    expect(stdout.match(/^@\[/gm)).toHaveLength(2);
    expect(stderr.match(/Map full; can't update element/g)).toHaveLength(1);
    expect(stderr).toContain('WARNING: 2 updates found @ full and are not in it\n');
  });
});
