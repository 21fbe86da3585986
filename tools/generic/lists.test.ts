/** bpflist, tplist and funcslower against what is known of this machine. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Tracer } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { linesOfType, runTool } from '../../tests/tools/harness.ts';

describeTracing('bpflist', () => {
  it('shows a running tracer with its programs and maps', async () => {
    const tracer = new Tracer(['-e', 't:sched:sched_switch { @[cpu] = count() } interval:s:60 { exit() }']);
    await tracer.attached();
    const { pid } = tracer.process;
    const { lines } = await runTool('bpflist', { args: ['-p', String(pid)] });
    const each = await runTool('bpflist', { args: ['-p', String(pid), '--ids'] });
    await tracer.interrupt();
    expect(lines).toContainEqual(expect.objectContaining({ pid, comm: 'kscope', count: 2 }));
    const programs = each.lines.filter(({ id }) => typeof id === 'number');
    expect(new Set(programs.map(({ id }) => id)).size).toBe(programs.length);
    expect(programs.length).toBeGreaterThan(3);
  });
});

describeTracing('tplist', () => {
  it('lists the tracepoints that tracefs has', async () => {
    const { lines } = await runTool('tplist', { args: ['sched:*'] });
    const names = readdirSync('/sys/kernel/tracing/events/sched', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `tracepoint:sched:${entry.name}`);
    expect(lines.map(({ probe }) => probe)).toEqual(names.sort());
  });

  it('has the fields', async () => {
    const { lines } = await runTool('tplist', { args: ['syscalls:sys_enter_openat', '-e'] });
    expect(lines[0]?.arguments).toBe(
      'int __syscall_nr, int dfd, const char * filename, int flags, umode_t mode',
    );
  });

  it('says when a library is not there', async () => {
    const { stderr, status } = await runTool('tplist', { args: ['-l', 'nosuch'] });
    expect(stderr).toBe(
      "ERROR: there is no program or library 'nosuch': give a path, or the name of a library such as libc\n",
    );
    expect(status).toBe(1);
  });
});

describeTracing('funcslower', () => {
  it('shows sleeps that are long enough, and no others', async () => {
    const { lines } = await runTool('funcslower', {
      args: ['t:syscalls:sys_enter_clock_nanosleep', '-M', '40', '-n', 'sleep'],
      workload: async () => {
        for (const seconds of ['0.05', '0.001', '0.06']) execFileSync('sleep', [seconds]);
      },
    });
    const calls = linesOfType(lines, 'event');
    // A short sleep may be late on a busy machine; the long ones never are early.
    expect(calls.length).toBeGreaterThanOrEqual(2);
    for (const { latency_ms, return_value } of calls) {
      expect(latency_ms).toBeGreaterThanOrEqual(40);
      expect(return_value).toBe(0);
    }
  });
});
