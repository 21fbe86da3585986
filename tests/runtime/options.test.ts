/** Options that no other test has for its subject: that they are taken, and what they do. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Tracer, trace } from './harness.ts';
import { describeTracing } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'kscope-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string, text?: string) => {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
};
const command = async (...args: readonly string[]) => await new Tracer(args).ended;

describeTracing('options', () => {
  it('-I and --include lead to headers', async () => {
    at('size.h', '#define SIZE 7\n');
    const text = '#include "size.h"\nbegin { printf("%d\\n", SIZE); }';
    expect((await trace(text, { args: ['-q', '-I', folder] })).stdout).toBe('7\n\n\n');
    const included = ['-q', '--include', at('size.h')];
    expect((await trace('begin { printf("%d\\n", SIZE); }', { args: included })).stdout).toBe('7\n\n\n');
  });

  it.each(['-b', '--btf', '--usdt-file-activation', '--verify-llvm-ir', '--debuginfo=/no/such'])(
    '%s is taken',
    async (option) => {
      const result = await trace('begin { printf("x\\n"); }', { args: [option] });
      expect(result).toMatchObject({ stdout: 'x\n\n\n', stderr: 'Attached 1 probe\n', status: 0 });
    },
  );

  it('--unsafe allows what changes the system', async () => {
    const text = 'begin { system("echo hello"); }';
    expect((await trace(text)).status).toBe(1);
    expect((await trace(text, { args: ['-q', '--unsafe'] })).stdout).toContain('hello\n');
  });

  it('--no-feature goes another way', async () => {
    const text = 'uprobe:/bin/bash:main { }';
    const ways = async (...args: readonly string[]) =>
      (await trace(text, { args: ['-v', '--dry-run', ...args] })).stderr;
    expect(await ways('--no-feature', 'uprobe_multi')).toContain('(perf uprobe)');
  });

  it('--traceable-functions is the list of what can be traced', async () => {
    const list = at('functions', 'vfs_read\nmine [module]\n');
    expect((await command('--traceable-functions', list, '-l', 'kprobe:*')).stdout).toBe(
      'kprobe:mine\nkprobe:vfs_read\n',
    );
    expect(await command('--traceable-functions', '/no/such', '-l', 'kprobe:*')).toMatchObject({
      status: 1,
      stderr: "ERROR: failed to open file '/no/such': No such file or directory\n",
    });
  });

  it('--emit-llvm writes the intermediate form before and after the optimiser', async () => {
    await trace('begin { @ = 1 + 2; }', { args: ['--emit-llvm', at('form')] });
    expect(readFileSync(at('form.original.ll'), 'utf8')).toContain('function begin_1');
    expect(existsSync(at('form.optimized.ll'))).toBe(true);
  });

  it('--mode codegen ends before the kernel, compiler-bench measures the compiler', async () => {
    expect(await trace('begin { }', { args: ['--mode', 'codegen'] })).toMatchObject({
      stdout: '',
      status: 0,
    });
    const { stdout } = await trace('begin { }', { args: ['--mode', 'compiler-bench'] });
    expect(stdout).toMatch(/^Benchmark .*\n-+\ncompile +\d+ +\d+\n$/);
  });

  it.each<[string, 'stdout' | 'stderr', string]>([
    ['ast', 'stderr', 'AST after: parse\n----'],
    ['codegen', 'stdout', 'begin_1: intermediate form after: lower'],
    ['codegen-opt', 'stdout', 'begin_1: intermediate form after: optimise'],
    ['asm', 'stdout', 'begin_1: BPF instructions'],
    ['dis', 'stdout', 'begin_1: BPF instructions'],
    ['libbpf', 'stderr', 'program begin_1: raw_tracepoint, '],
    ['verifier', 'stderr', 'begin_1: log of the verifier'],
    ['types', 'stdout', 'struct list_head {\n'],
  ])('-d %s', async (stage, stream, text) => {
    const result = await trace('begin { @ = 1; }', { args: ['-d', stage, '--dry-run'] });
    expect(result[stream]).toContain(text);
    expect(result.status).toBe(0);
  });

  it('-p of a process that is not there', async () => {
    expect(await trace('begin { }', { args: ['-p', '4194303'] })).toMatchObject({
      stderr: 'ERROR: Failed to attach to pid: Unable to open pidfd (No such process)\n',
      status: 1,
    });
  });

  it('-B full writes at the end', async () => {
    const { stdout } = await trace('begin { printf("a\\n"); }', { args: ['-q', '-B', 'full'] });
    expect(stdout).toBe('a\n\n\n');
  });

  it('--help of a script lists its options', async () => {
    const script = at('help.bt', 'begin { print(getopt("size", 5, "How big")); print(getopt("fast")); }');
    expect(await command(script, '--', '--help')).toMatchObject({
      stdout: '',
      stderr: 'HINT: expected program options:\n--size: How big\n--fast\n',
      status: 1,
    });
  });

  it('BPFTRACE_BTF that cannot be read is said', async () => {
    const { stderr, stdout } = await trace('begin { printf("x\\n"); }', {
      env: { BPFTRACE_BTF: '/no/such' },
    });
    expect(stderr).toContain('WARNING: BTF: failed to parse BTF from /no/such\n');
    expect(stdout).toBe('x\n\n\n');
  });

  it('BPFTRACE_COLOR colours messages', async () => {
    const { stderr } = await trace('begin { errorf("x"); warnf("y"); }', {
      env: { BPFTRACE_COLOR: 'always' },
    });
    expect(stderr).toContain(
      '\x1b[31mstdin:1:9-20: ERROR: x\x1b[0m\n\x1b[33mstdin:1:22-32: WARNING: y\x1b[0m\n',
    );
  });

  it('lists what a program has, with its arguments', async () => {
    const text = 't:syscalls:sys_enter_nanosleep { } interval:1m { } test:a { } begin { }';
    expect((await command('-lv', '-e', text)).stdout).toBe(
      [
        'tracepoint:syscalls:sys_enter_nanosleep',
        '    int __syscall_nr',
        '    struct __kernel_timespec * rqtp',
        '    struct __kernel_timespec * rmtp',
        'interval:us:',
        'test:a:',
        '',
      ].join('\n'),
    );
  });

  it.each<[string, string]>([
    ['interval:*', 'interval:hz:\ninterval:ms:\ninterval:s:\ninterval:us:\n'],
    ['self:*', 'self:signal:SIGUSR1\n'],
    ['cpu-clock', 'software:cpu-clock:\n'],
    ['rt:sched_switch', 'rawtracepoint:vmlinux:sched_switch\n'],
    ['uprobe:/bin/bash:main', 'uprobe:/bin/bash:main\n'],
    ['software:cs,  software:cpu', 'software:cs:\nsoftware:cpu:\n'],
    ['begin', ''],
    ['nosuch:*', ''],
  ])('-l %s', async (pattern, listed) => {
    expect(await command('-l', pattern)).toMatchObject({ stdout: listed, stderr: '', status: 0 });
  });

  it('-l of a name that looks like a file says so', async () => {
    const { stderr, status } = await command('-l', 'l1.bt');
    expect(stderr).toBe(
      "WARNING: It appears that 'l1.bt' is a filename but the file does not exist. Treating 'l1.bt' as a search pattern.\n",
    );
    expect(status).toBe(0);
  });
});

describeTracing('probes that cannot be attached', () => {
  const point = 'uprobe:/bin/bash:main+99999999';
  const reason = /Offset outside the function bounds \('main' size is \d+\)/;

  it('end the run', async () => {
    const { stderr, status } = await trace(`${point} { }`);
    expect(stderr).toMatch(new RegExp(`^ERROR: ${reason.source}\n`));
    expect(stderr).toContain(
      `ERROR: Unable to attach probe: ${point}. If this is expected, set the 'missing_probes' config variable to 'warn'.\n`,
    );
    expect(status).toBe(255);
  });

  it('are left out when the script can do without', async () => {
    const warned = await trace(`config = { missing_probes=warn } ${point} { } begin { printf("b\\n"); }`);
    expect(warned.stderr).toMatch(new RegExp(`^WARNING: ${reason.source}\n`));
    expect(warned.stderr).toContain(`WARNING: Unable to attach probe: ${point}. Skipping.\n`);
    expect(warned).toMatchObject({ stdout: 'b\n\n\n', status: 0 });
    const ignored = await trace(`config = { missing_probes=ignore } ${point} { }`);
    expect(ignored).toMatchObject({ stdout: 'No probes to attach\n', stderr: '', status: 1 });
  });
});
