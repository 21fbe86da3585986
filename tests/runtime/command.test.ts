/** The command as a process: streams, status, signals, children, and what it leaves behind (nothing). */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nativeKernel } from '../../src/kernel/native.ts';
import { objectIds, openById, programInfo } from '../../src/kernel/object-info.ts';
import { builtCommand, delay, shell, Tracer, trace } from './harness.ts';
import { describeTracing } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'kscope-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function command(...args: readonly string[]) {
  return await new Tracer(args).ended;
}

describe('without privileges or probes', () => {
  it('prints its version and its usage on standard output', async () => {
    const version = await command('-V');
    expect(version).toMatchObject({ status: 0, stderr: '' });
    expect(version.stdout).toMatch(/^kscope v\S+\n$/);
    const help = await command('--help');
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toContain('USAGE:');
  });

  it.each<[string, readonly string[], string]>([
    ['an unknown option', ['--nope'], "kscope: unrecognized option '--nope'\nUSAGE:"],
    ['no argument', ['-e'], "kscope: option requires an argument -- 'e'\nUSAGE:"],
    ['nothing at all', [], 'USAGE:'],
    ['an empty program', ['-e', ''], 'USAGE:'],
    ['no program', ['-q'], "ERROR: USAGE: filename or -e 'program' required.\n"],
    [
      'no such file',
      ['/no/such.bt'],
      "ERROR: failed to open file '/no/such.bt': No such file or directory\n",
    ],
    ['a folder', ['/'], "ERROR: failed to open file '/': Is a directory\n"],
    [
      '-c and -p',
      ['-c', 'ls', '-p', '1', '-e', 'begin{}'],
      'ERROR: USAGE: Cannot use both -c and -p.\nUSAGE:',
    ],
    ['-B', ['-B', 'x', '-e', 'begin{}'], "ERROR: USAGE: -B must be either 'line', 'full', or 'none'.\n"],
    [
      '-f',
      ['-f', 'xml', '-e', 'begin{}'],
      "ERROR: Invalid output format \"xml\"\nValid formats: 'text', 'json'\n",
    ],
    ['-d', ['-d', 'foo', '-e', 'begin{}'], 'ERROR: USAGE: invalid option for -d: foo\n'],
    [
      '--no-feature',
      ['--no-feature', 'x', '-e', 'begin{}'],
      "ERROR: USAGE: --no-feature can only have values 'kprobe_multi,kprobe_session,uprobe_multi'.\n",
    ],
    [
      'a pid that is none',
      ['-p', 'abc', '-e', 'begin{}'],
      'ERROR: Failed to parse pid: invalid integer: abc\n',
    ],
    ['a pid out of range', ['-p', '99999999', '-e', 'begin{}'], 'ERROR: Pid out of range: 99999999\n'],
    ['-k twice', ['-k', '-k', '-e', 'begin{}'], 'ERROR: USAGE: -kk has been deprecated.'],
    [
      '-k and --no-warnings',
      ['-k', '--no-warnings', '-e', 'begin{}'],
      'ERROR: USAGE: -k, --warnings conflicts with --no-warnings\n',
    ],
    [
      'two modes',
      ['--fmt', '--mode', 'test', '-e', 'begin{}'],
      'ERROR: USAGE: --fmt conflicts with existing --mode\n',
    ],
  ])('explains %s and exits with 1', async (_, args, text) => {
    const { status, stdout, stderr } = await command(...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.startsWith(text) ? text : stderr).toBe(text);
  });

  it('formats a program', async () => {
    const { stdout, status } = await command('--fmt', '-e', 'BEGIN{@x=1+2;exit()}');
    expect({ stdout, status }).toEqual({ stdout: 'BEGIN\n{\n  @x = 1 + 2;\n  exit();\n}\n', status: 0 });
  });
});

describeTracing('streams and status', () => {
  it('ends by itself when there are only begin and end probes', async () => {
    const result = await trace('begin { printf("b\\n"); @a = 1; @Z = 2; } end { printf("e\\n") }');
    expect(result).toMatchObject({
      stdout: 'b\ne\n\n\n@Z: 2\n@a: 1\n',
      stderr: 'Attached 2 probes\n',
      status: 0,
    });
  });

  it.each([
    [3, 3],
    [256, 0],
    [-1, 255],
  ])('exit(%i) ends with status %i', async (code, status) => {
    expect((await trace(`begin { exit(${code}) }`)).status).toBe(status);
  });

  it('takes the status of the last exit', async () => {
    expect((await trace('begin { exit(3) } end { exit(4) }')).status).toBe(4);
  });

  it('prints errors of the program on standard error, with their place', async () => {
    const { stdout, stderr, status } = await trace('begin { print($y) }');
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    expect(stderr).toBe(
      'stdin:1:15-17: ERROR: Undefined or undeclared variable: $y\nbegin { print($y) }\n              ~~\n',
    );
  });

  it('says what it says in JSON', async () => {
    const { stdout, stderr } = await trace('begin { printf("a\\n"); print((1,"x")); @x[1] = 2; }', {
      args: ['-f', 'json'],
    });
    expect(stderr).toBe('');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { type: 'attached_probes', count: 1, data: { probes: 1 } },
      { type: 'printf', data: 'a\n' },
      { type: 'value', data: [1, 'x'] },
      { type: 'map', data: { '@x': { 1: 2 } } },
    ]);
  });

  it('writes results to a file, and says so when it cannot', async () => {
    const file = join(folder, 'out');
    const { stdout } = await trace('begin { printf("x\\n"); }', { args: ['-q', '-o', file] });
    expect({ stdout, file: readFileSync(file, 'utf8') }).toEqual({ stdout: '', file: 'x\n\n\n' });
    const refused = await trace('begin {}', { args: ['-o', '/no/such/x'] });
    expect(refused).toMatchObject({
      status: 1,
      stderr: 'ERROR: Failed to open output file: "/no/such/x": No such file or directory\n',
    });
  });

  it('keeps the probes that a filter names', async () => {
    const kept = await command(
      '-q',
      '--probe-filter',
      'ms',
      '-e',
      'i:s:1 { print(1); } i:ms:10 { print(2); exit(); }',
    );
    expect(kept).toMatchObject({ status: 0, stdout: '2\n\n\n' });
    const none = await command('--probe-filter', 'nomatch', '-e', 'i:s:1 { print(1); }');
    expect(none).toMatchObject({ status: 1, stdout: 'No probes to attach\n' });
    const wrong = await command('--probe-filter', '[', '-e', 'i:s:1 { print(1); }');
    expect(wrong).toMatchObject({
      status: 255,
      stderr: expect.stringContaining("Invalid --probe-filter regex '['"),
    });
  });

  it('prints nothing in a dry run', async () => {
    const result = await trace('begin { printf("x") } interval:s:1 { } end { @x = 1 }', {
      args: ['--dry-run'],
    });
    expect(result).toMatchObject({ stdout: '', stderr: '', status: 0 });
  });

  it('reads a file and its parameters', async () => {
    const file = join(folder, 'p.bt');
    writeFileSync(file, 'begin { printf("%d %s %d\\n", $1, str($2), $#); }');
    expect((await command('-q', file, '7', 'x')).stdout).toBe('7 x 2\n\n\n');
  });

  it('tells who waits for the probes', async () => {
    const name = '__BPFTRACE_NOTIFY_PROBES_ATTACHED';
    const { stdout } = await trace('begin { }', { env: { [name]: '1' } });
    expect(stdout).toBe(`${name}\n\n\n`);
  });

  it('keeps what it printed in the order of events', async () => {
    const { stdout } = await trace(
      'begin { @ = 1; print(@); @ = 2; clear(@); print(@); printf("x\\n"); cat("/proc/sys/kernel/ostype"); }',
    );
    expect(stdout.split('\n').slice(0, 4)).toEqual(['@: 2', '@: 0', 'x', 'Linux']);
  });

  it('names a file that cat cannot open', async () => {
    const { stderr } = await trace('begin { cat("/no/such"); }');
    expect(stderr).toContain("ERROR: failed to open file '/no/such' (No such file or directory)\n");
  });
});

describeTracing('signals and other processes', () => {
  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])('%s ends the run with its maps', async (signal) => {
    const tracer = new Tracer(['-e', 'begin { @x = 5 } interval:s:10 { } end { printf("end\\n") }']);
    await tracer.attached();
    tracer.process.kill(signal);
    tracer.process.kill(signal);
    expect(await tracer.ended).toMatchObject({ stdout: 'end\n\n\n@x: 5\n', status: 0 });
  });

  it('shows a lone event at once', async () => {
    const tracer = new Tracer(['-e', 't:syscalls:sys_enter_execve { printf("%s\\n", str(args.filename)) }']);
    await tracer.attached();
    // On a busy machine it takes longer now and then; were events kept back for a while, it always would.
    let fastestMs = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 10 && fastestMs > 150; round++) {
      await delay(300);
      const path = join(folder, `lone${round}`);
      writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 });
      const started = performance.now();
      spawn(path);
      await tracer.until(({ stdout }) => stdout.includes(`${path}\n`));
      fastestMs = Math.min(fastestMs, performance.now() - started);
    }
    await tracer.interrupt();
    expect(fastestMs).toBeLessThan(150);
  });

  it('holds a command until the probes are attached and ends with it', async () => {
    const program = 't:syscalls:sys_enter_execve /pid == cpid/ { printf("%s\\n", str(args.filename)) }';
    const result = await trace(program, { args: ['-c', 'sleep 0.1'] });
    expect(result.stdout).toMatch(/^\/\S*\/sleep\n\n\n$/);
    expect(result.status).toBe(0);
  });

  it('tells how a command ended when asked, but does not end like it', async () => {
    const script = join(folder, 'three');
    writeFileSync(script, '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    const result = await trace('interval:s:5 { }', { args: ['-v', '-c', script] });
    expect(result.stderr).toContain('Child exited with code: 3\n');
    expect(result.status).toBe(0);
  });

  it('refuses a command that is not there', async () => {
    const { status, stderr } = await trace('begin {}', { args: ['-c', 'nosuchcmd x'] });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        "ERROR: Failed to fork child: Path 'nosuchcmd' does not exist or is not executable (No such file or directory)\n",
    });
  });

  it('ends the command when it ends itself', async () => {
    const result = await trace('i:ms:200 { printf("%d\\n", cpid); exit() }', { args: ['-c', 'sleep 77'] });
    const pid = Number(result.stdout.split('\n')[0]);
    expect(pid).toBeGreaterThan(1);
    await expect.poll(() => existsSync(`/proc/${pid}/exe`), { timeout: 10_000 }).toBe(false);
  });

  it('ends with the process of -p', async () => {
    const child = spawn('sleep', ['100']);
    const tracer = new Tracer(['-p', String(child.pid), '-e', 'interval:s:100 { }']);
    await tracer.attached();
    child.kill('SIGKILL');
    expect((await tracer.ended).status).toBe(0);
  });

  it('ends when nobody reads any more', async () => {
    const line = await shell(
      `timeout 10 ${process.execPath} ${builtCommand()} -e 'i:ms:1 { printf("tick\\n") }' 2>/dev/null | head -1`,
    );
    expect(line).toBe('tick\n');
  });

  it('says which capability is missing', async () => {
    const drop = `setpriv --reuid=65534 --clear-groups --inh-caps=-all ${process.execPath} ${builtCommand()}`;
    const text = await shell(
      `cp -r ${join(builtCommand(), '..')} ${folder}/bundle; cd /; ${drop} -e 'begin {}' 2>&1; true`,
    );
    expect(text).toBe(
      'ERROR: Tracing needs CAP_BPF and CAP_PERFMON. Run as root (sudo), or give the process CAP_BPF and CAP_PERFMON.\n',
    );
  });
});

describeTracing('what is left behind', () => {
  const programs = () =>
    [...objectIds(nativeKernel(), 'program')].filter((id) => {
      const fd = openById(nativeKernel(), 'program', id);
      if (fd === undefined) return false;
      const { name } = programInfo(nativeKernel(), fd.number);
      fd.close();
      return name.startsWith('interval_ms_777');
    });

  it('is nothing, even of a killed process', async () => {
    const tracer = new Tracer([
      '-e',
      'interval:ms:777 { @ = count() } uprobe:/bin/bash:readline { @ = count() }',
    ]);
    await tracer.attached();
    expect(programs().length).toBeGreaterThan(0);
    tracer.process.kill('SIGKILL');
    await tracer.ended;
    await expect.poll(programs, { timeout: 10_000 }).toEqual([]);
  });
});

describeTracing('-p', () => {
  it('limits tracepoints to the process', async () => {
    const child = spawn('sh', ['-c', 'while :; do sleep 0.02; done']);
    const { stdout } = await trace(
      't:syscalls:sys_enter_wait4 { @wait4[pid] = count() } t:sched:sched_switch /pid != 0/ { @switch[pid] = count() }',
      { args: ['-p', String(child.pid)], workload: () => delay(500) },
    );
    child.kill();
    const pids = [...stdout.matchAll(/^@(\w+)\[(\d+)\]: /gm)].map(([, name, pid]) => [name, Number(pid)]);
    expect(pids).toEqual([
      ['switch', child.pid],
      ['wait4', child.pid],
    ]);
  });
});

describeTracing('-l', () => {
  const lines = async (...args: readonly string[]) =>
    (await command('-l', ...args)).stdout.split('\n').slice(0, -1);

  it('lists tracepoints as tracefs has them', async () => {
    const events = (await shell('ls /sys/kernel/tracing/events/sched | grep ^sched_')).trim().split('\n');
    const expected = events.map((event) => `tracepoint:sched:${event}`).sort();
    expect(await lines('tracepoint:sched:sched_*')).toEqual(expected);
    expect(await lines('t:nosuch:*')).toEqual([]);
  });

  it('searches whole names without a provider', async () => {
    expect(await lines('nanosleep')).toEqual([]);
    expect(await lines('sys_enter_nanosleep')).toEqual(['tracepoint:syscalls:sys_enter_nanosleep']);
  });

  it('shows arguments and types', async () => {
    expect(await lines('-v', 't:syscalls:sys_enter_nanosleep')).toEqual([
      'tracepoint:syscalls:sys_enter_nanosleep',
      '    int __syscall_nr',
      '    struct __kernel_timespec * rqtp',
      '    struct __kernel_timespec * rmtp',
    ]);
    expect(await lines('struct list_he*')).toContain('struct list_head');
    expect(await lines('-v', 'struct list_head')).toEqual([
      'vmlinux: struct list_head {',
      '\tstruct list_head *next;',
      '\tstruct list_head *prev;',
      '};',
      '',
    ]);
  });

  it('lists the probes of a program', async () => {
    expect(await lines('-e', 'begin { } i:s:1 { } t:sched:sched_switch { } software:cs { }')).toEqual([
      'interval:s:',
      'tracepoint:sched:sched_switch',
      'software:cs:',
    ]);
  });
});
