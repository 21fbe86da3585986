/**
 * Stacks by unwind tables against known call graphs: programs without frame pointers, recursion, call backs from the
 * C library, signal handlers, functions that align their stack; and against the kernel's stacks by frame pointers.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shell, trace } from './harness.ts';
import { describeTracing } from './support.ts';

const source = join(import.meta.dirname, '../programs/stacks.c');
const enable = 'config = { unstable_dw_ustack = enable }';
const end = ['main', '__libc_start_call_main', '__libc_start_main', '_start'];

/** Names of the frames of each printed stack, innermost first. */
function stacksOf(stdout: string): string[][] {
  return stdout.split('--\n').flatMap((block) => {
    const names = [...block.matchAll(/^ {8}(\S+?)(?:@@[\w.]+)?(?:\+\d+)?(?:@\S+)?$/gm)].map(
      (match) => match[1]!,
    );
    return names.length > 0 ? [names] : [];
  });
}

describeTracing('stacks without frame pointers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kscope-unwind-'));
  const binary = (name: string) => join(folder, name);

  beforeAll(async () => {
    const build = (name: string, flags: string) =>
      shell(`gcc -fno-optimize-sibling-calls ${flags} -o ${binary(name)} ${source}`);
    await Promise.all([
      build('plain', '-O2 -fomit-frame-pointer'),
      build('unoptimised', '-O0 -fomit-frame-pointer'),
      build('static', '-O2 -fomit-frame-pointer -static'),
      build('stripped', '-O2 -fomit-frame-pointer -s -Wl,--export-dynamic'),
      build('framed', '-O2 -fno-omit-frame-pointer'),
    ]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([['plain'], ['unoptimised'], ['static'], ['stripped']])(
    '%s: every stack is the known one',
    async (name) => {
      const { stdout } = await trace(
        `${enable} uprobe:${binary(name)}:leaf { printf("--\\n%s", dw_ustack) }`,
        {
          args: ['-q', '-c', binary(name)],
        },
      );
      const stacks = stacksOf(stdout);
      const isStart = (names: readonly string[]) =>
        name === 'static' ? names.at(-1) === '_start' : names.slice(-4).join() === end.join();
      expect(stacks.filter((names) => !isStart(names))).toEqual([]);
      const own = stacks.map((names) => names.slice(0, names.indexOf('main') + 1));
      const [chain, compared, handled, aligned] = own;
      expect(chain).toEqual([
        'leaf',
        'chain_c',
        'chain_b',
        'chain_a',
        'recurse',
        'recurse',
        'recurse',
        'recurse',
        'main',
      ]);
      expect(compared?.slice(0, 2)).toEqual(['leaf', 'compare']);
      expect(compared?.at(-1)).toBe('main');
      expect(handled?.slice(0, 2)).toEqual(['leaf', 'handler']);
      expect(handled?.some((one) => ['raise', 'gsignal'].includes(one))).toBe(true);
      expect(aligned).toEqual(['leaf', 'aligned', 'main']);
    },
  );

  it('are the kernel’s where there are frame pointers', async () => {
    const program = `${enable} uprobe:${binary('framed')}:chain_c { printf("--\\n%s--\\n%s", dw_ustack(6), ustack(6)) }`;
    const { stdout } = await trace(program, { args: ['-q', '-c', binary('framed')] });
    const [ours = [], theirs = []] = stacksOf(stdout);
    expect(ours).toEqual(['chain_c', 'chain_b', 'chain_a', 'recurse', 'recurse', 'recurse']);
    // Before Linux 6.11 the kernel misses the caller of a function that is at its first instruction.
    if (theirs[1] === 'chain_b') expect(theirs).toEqual(ours);
    else expect(theirs).toEqual([ours[0], ...ours.slice(2), 'recurse']);
  });

  it('of samples, of a process that runs already', async () => {
    const child = spawn(binary('plain'), ['30'], { stdio: 'ignore' });
    try {
      const { stdout } = await trace(
        `${enable} profile:hz:997 { printf("--\\n%s", dw_ustack); @n = count() } END { clear(@n) }`,
        {
          args: ['-q', '-p', String(child.pid)],
          workload: (tracer) => tracer.until(({ stdout: text }) => text.split('--').length > 400),
        },
      );
      const stacks = stacksOf(stdout);
      const known = stacks.filter(
        (names) =>
          /^((clock|__clock_gettime|clock_gettime|__vdso_clock_gettime|\S*),)*main,|^(spin,)?(\S+,)?below,(left|right),main,|^(left|right),main,/.test(
            `${names.join()},`,
          ) && names.slice(-4).join() === end.join(),
      );
      expect(stacks.length).toBeGreaterThan(100);
      expect(known.length / stacks.length).toBeGreaterThanOrEqual(0.99);
      expect(stacks.some((names) => names.join().startsWith('spin,below,right,main'))).toBe(true);
    } finally {
      child.kill();
    }
  });

  it('end with a mark where there is no table', async () => {
    const { stdout, stderr } = await trace(`uprobe:${binary('plain')}:leaf { printf("%s", dw_ustack) }`, {
      workload: () => shell(binary('plain')),
    });
    expect(stderr).toContain('WARNING: Script is using an unstable feature: dw_ustack.');
    expect(stdout).toContain('dw_ustack has no process whose stacks it could follow');
    expect(stdout).toMatch(/\n {8}\S+\n {8}\[no unwind table\]\n/);
  });

  it('tell the size of their tables', async () => {
    const { stderr } = await trace(`uprobe:${binary('plain')}:leaf { @[dw_ustack(perf, 3)] = count() }`, {
      args: ['-v', '-c', binary('plain')],
    });
    expect(stderr).toMatch(/^unwind tables: \d+\.\d of \d+\.\d MiB used for 1 process$/m);
  });

  it('are refused when the config says so', async () => {
    const { stderr, status } = await trace(
      'config = { unstable_dw_ustack = error } begin { print(dw_ustack) }',
      {},
    );
    expect(stderr).toContain('ERROR:');
    expect(status).toBe(1);
  });
});
