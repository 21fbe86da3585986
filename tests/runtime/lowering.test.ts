/**
 * However a probe is attached, the same happens: the same program runs twice at once beside the same workload, once
 * attached as kscope chooses and once the plain way, and both must have seen the same. The plain way is the kernel's
 * own definition of the probe.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Tracer } from './harness.ts';
import { describeTracing } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'kscope-lowering-'));
/** The name that processes have it by: at most 15 characters, and nobody else's. */
const name = `low${process.pid}`;
const workload = join(folder, name);

beforeAll(() => {
  const source = fileURLToPath(new URL('lowering.c', import.meta.url));
  execFileSync('gcc', ['-O1', '-o', workload, source]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Both {
  readonly chosen: readonly string[];
  readonly plain: readonly string[];
  /** How each was attached. */
  readonly ways: { readonly chosen: string; readonly plain: string };
}

/** Lines of results, sorted: the order of maps and of CPUs is nobody's promise. */
async function runBoth(program: string, without: string, args: readonly string[] = []): Promise<Both> {
  const chosen = new Tracer(['-v', '-e', program]);
  const plain = new Tracer(['-v', '--no-feature', without, '-e', program]);
  try {
    await Promise.all([chosen.attached(), plain.attached()]);
    spawnSync(workload, args);
    const results = await Promise.all([chosen.interrupt(), plain.interrupt()]);
    const [a, b] = results.map(({ stdout }) =>
      stdout
        .split('\n')
        .filter((line) => line !== '')
        .sort(),
    );
    return { chosen: a!, plain: b!, ways: { chosen: results[0].stderr, plain: results[1].stderr } };
  } finally {
    for (const { process: child } of [chosen, plain]) child.kill('SIGKILL');
  }
}

const ours = `/comm == "${name}"/`;
const calls = ['read', 'getppid', 'writev', 'execve', 'exit_group'];
const list = (direction: string) =>
  calls.map((call) => `tracepoint:syscalls:sys_${direction}_${call}`).join(',');

describeTracing('attached as kscope chooses and as named', () => {
  it('system calls are counted under the same names, also those that do not return', async () => {
    const program = `${list('enter')},${list('exit')} ${ours} { @[probe] = count(); }`;
    const { chosen, plain, ways } = await runBoth(program, 'attach_lowering');
    expect(ways.chosen).toContain('dispatch on the call number');
    expect(ways.plain).not.toContain('dispatch on the call number');
    expect(chosen).toEqual(plain);
    expect(chosen).toEqual(
      expect.arrayContaining([
        '@[tracepoint:syscalls:sys_enter_getppid]: 10',
        '@[tracepoint:syscalls:sys_enter_execve]: 1',
        '@[tracepoint:syscalls:sys_exit_execve]: 2',
        '@[tracepoint:syscalls:sys_enter_exit_group]: 2',
      ]),
    );
    expect(chosen.join()).not.toContain('sys_exit_exit_group');
  });

  it('arguments, results and numbers of system calls are the same', async () => {
    const program =
      `tracepoint:syscalls:sys_enter_read ${ours} { printf("enter %d %d %d\\n", args.__syscall_nr, args.fd, args.count); }` +
      `tracepoint:syscalls:sys_exit_read ${ours} { printf("exit %d %d\\n", args.__syscall_nr, args.ret); }` +
      `tracepoint:syscalls:sys_enter_execve ${ours} { printf("exec %s\\n", str(args.filename)); }`;
    const { chosen, plain } = await runBoth(program, 'attach_lowering');
    expect(chosen).toEqual(plain);
    expect(chosen).toEqual(expect.arrayContaining([`exec ${workload}`, 'exit 0 -9']));
    expect(chosen.filter((line) => /^enter 0 \d+ [1-7]$/.test(line)).length).toBeGreaterThanOrEqual(40);
  });

  it('calls through the 32-bit entry are nobody’s', async ({ skip }) => {
    if (spawnSync(workload, ['compat']).signal !== null) skip('this kernel has no 32-bit entry');
    const program = `${list('enter')},${list('exit')} ${ours} { @[probe] = count(); }`;
    const { chosen, plain } = await runBoth(program, 'attach_lowering', ['compat']);
    expect(chosen).toEqual(plain);
    expect(chosen.join()).not.toContain('writev');
  });

  it('other tracepoints fire as often, whether their arguments are read or not', async () => {
    const events = ['sched_process_fork', 'sched_process_exec', 'sched_process_exit'];
    const probes = events.map((event) => `tracepoint:sched:${event}`).join(',');
    const reading = `tracepoint:sched:sched_process_exec ${ours} { @exec[str(args.filename)] = count(); }`;
    const program = `${probes} ${ours} { @[probe] = count(); } ${reading}`;
    const { chosen, plain, ways } = await runBoth(program, 'attach_lowering');
    expect(ways.chosen).toContain('raw tracepoint sched_process_fork');
    expect(ways.plain).toContain('perf tracepoint sched:sched_process_fork');
    expect(chosen).toEqual(plain);
    expect(chosen).toContain('@[tracepoint:sched:sched_process_fork]: 1');
    expect(chosen).toContain('@[tracepoint:sched:sched_process_exit]: 2');
  });

  it('many functions of a program in one link are the same as one by one', async ({ skip }) => {
    const program =
      `uprobe:${workload}:probed_* { @[probe, func, arg0] = count(); }` +
      `uretprobe:${workload}:probed_* { @returned[func, retval] = count(); }`;
    const { chosen, plain, ways } = await runBoth(program, 'uprobe_multi');
    if (!ways.chosen.includes('multi-uprobe link')) skip('this kernel has no multi-uprobe link');
    expect(ways.plain).toContain('perf uprobe');
    expect(chosen).toEqual(plain);
    expect(chosen).toContain(`@[uprobe:${workload}:probed_two, probed_two, 8]: 1`);
    expect(chosen).toContain('@returned[probed_three, 3]: 2');
  });
});
