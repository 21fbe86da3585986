/** The tools that take any probe, against workloads whose calls are known. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { delay } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { bucketsOf, bucketTotal, linesOfType, runTool } from '../../tests/tools/harness.ts';

const reads = 500;
const dd = async () => {
  execFileSync('dd', ['if=/dev/zero', 'of=/dev/null', 'bs=7', `count=${reads}`, 'status=none']);
};

describeTracing('funccount', () => {
  it('counts the system calls of dd', async () => {
    const { lines } = await runTool('funccount', {
      args: ['t:syscalls:sys_enter_w*', '-n', 'dd'],
      workload: dd,
    });
    expect(linesOfType(lines, 'row')).toMatchObject([
      { function: 'syscalls:sys_enter_write', probe: 'tracepoint:syscalls:sys_enter_write', count: reads },
    ]);
  });

  it('starts again at each interval and ends after the last', async () => {
    const { lines, status } = await runTool('funccount', { args: ['profile:hz:50', '0.3', '2'] });
    expect(linesOfType(lines, 'row').length).toBe(2);
    expect(status).toBe(0);
  });

  it('says in one line what the kernel lacks, or what is no probe', async () => {
    const { stderr, status } = await runTool('funccount', { args: ['t:nosuch:*'] });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^ERROR: .*no valid attach points/);
    expect(status).toBe(1);
  });
});

describeTracing('funclatency', () => {
  it('times every call once, and no sleep shorter than it was', async () => {
    const sleeps = 5;
    const { lines } = await runTool('funclatency', {
      args: ['t:syscalls:sys_enter_clock_nanosleep', '-m', '-n', 'sleep'],
      workload: async () => {
        for (let i = 0; i < sleeps; i++) execFileSync('sleep', ['0.02']);
      },
    });
    const histograms = linesOfType(lines, 'histogram');
    expect(bucketTotal(histograms)).toBe(sleeps);
    const least = histograms.flatMap(bucketsOf).find(({ count }) => count > 0)?.min;
    expect(least).toBe(16);
  });

  it('times functions of programs', async () => {
    const { lines } = await runTool('funclatency', {
      args: ['/bin/bash:maybe_make_export_env', '-F'],
      workload: async () => execFileSync('bash', ['-c', '/bin/true; /bin/true; exit 0']),
    });
    expect(linesOfType(lines, 'histogram')[0]).toMatchObject({
      key: { function: 'maybe_make_export_env' },
      unit: 'nsecs',
    });
  });
});

describeTracing('stackcount', () => {
  it('has the stack of each write of dd, folded too', async () => {
    const args = ['t:syscalls:sys_enter_write', '-K', '-n', 'dd'];
    const { lines } = await runTool('stackcount', { args, workload: dd });
    const stacks = linesOfType(lines, 'stack');
    expect(stacks.reduce((sum, { count }) => sum + Number(count), 0)).toBe(reads);
    expect(stacks[0]).toMatchObject({
      comm: 'dd',
      kernel: expect.arrayContaining([expect.stringMatching(/^do_syscall_64\+/)]),
    });
    const folded = await runTool('stackcount', { args: [...args, '-f'], text: true, workload: dd });
    expect(folded.stdout).toMatch(/^dd;.*do_syscall_64.* \d+$/m);
  });
});

describeTracing('trace', () => {
  it('shows the hits that meet the condition, with the values asked for', async () => {
    const spec = 't:syscalls:sys_enter_write (args.count == 7) "%d bytes to %d", args.count, args.fd';
    const { lines } = await runTool('trace', { args: [spec, '-n', 'dd', '--events', '3'], workload: dd });
    const events = linesOfType(lines, 'event');
    expect(events.length).toBeGreaterThanOrEqual(3);
    expect(events[0]).toMatchObject({
      comm: 'dd',
      function: 'syscalls:sys_enter_write',
      message: '7 bytes to 1',
      arg_0: 7,
      arg_1: 1,
    });
  });

  it('shows the fault of a wrong expression', async () => {
    const { stderr, status } = await runTool('trace', {
      args: ['t:syscalls:sys_enter_write "%d", args.nosuch'],
    });
    expect(stderr).toMatch(/^ERROR: .*nosuch/);
    expect(status).toBe(1);
  });
});

describeTracing('argdist', () => {
  it('counts values and draws them', async () => {
    const { lines } = await runTool('argdist', {
      args: [
        '--counts',
        't:syscalls:sys_enter_write args.count',
        '-H',
        't:syscalls:sys_exit_read comm, args.ret if args.ret > 0',
        '-n',
        'dd',
      ],
      workload: async () => {
        await dd();
        await delay(10);
      },
    });
    expect(linesOfType(lines, 'row')).toContainEqual(
      expect.objectContaining({ 'args.count': 7, count: reads }),
    );
    const [histogram] = linesOfType(lines, 'histogram');
    expect(histogram).toMatchObject({ key: { comm: 'dd' }, unit: 'args.ret' });
    expect(histogram && bucketsOf(histogram)).toContainEqual({ min: 4, max: 7, count: reads });
  });
});
