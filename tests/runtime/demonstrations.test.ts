/**
 * The questions that kscope is for, asked on the running kernel, with answers checked against somebody else: strace,
 * getrusage, the program that was traced.
 */
import { expect, it } from 'vitest';
import { mapLines, ownProgram, shell, trace } from './harness.ts';
import { type SyscallLine, strace } from './strace.ts';
import { describeTracing } from './support.ts';

describeTracing('system calls', () => {
  it('opened files are those that strace saw, in order', async () => {
    const cat = await ownProgram('cat');
    let seen: readonly SyscallLine[] = [];
    const result = await trace(
      't:syscalls:sys_enter_openat { printf("%s %s\\n", comm, str(args.filename)) }',
      {
        workload: async () => {
          seen = await strace(`${cat.path} /etc/hostname /no/such/file 2>&1`);
        },
      },
    );
    const opened = result.stdout.split('\n').filter((line) => line.startsWith(`${cat.comm} `));
    const expected = seen
      .filter(({ name }) => name === 'openat')
      .map(({ args }) => `${cat.comm} ${/"(.*)"/.exec(args)?.[1]}`);
    expect(expected).toContain(`${cat.comm} /etc/hostname`);
    expect(opened).toEqual(expected);
    expect(result.status).toBe(0);
  });

  it('counts the reads of dd', async () => {
    const dd = await ownProgram('dd');
    const { stdout } = await trace('t:syscalls:sys_exit_read { @[comm] = hist(args.ret) }', {
      workload: () => shell(`${dd.path} if=/dev/zero of=/dev/null bs=1 count=12345 status=none`),
    });
    const rows = new RegExp(`@\\[${dd.comm}\\]:\\n((?:[[(].*\\n)+)`).exec(stdout)?.[1] ?? '';
    expect(/^\[1\] +(\d+) \|/m.exec(rows)?.[1]).toBe('12345');
  });

  it('calls and errors of ps are those of strace, by number', async () => {
    const ps = await ownProgram('ps');
    let seen: readonly SyscallLine[] = [];
    const { stdout } = await trace(
      `t:raw_syscalls:sys_exit /comm == "${ps.comm}"/ {@[args->id, args->ret > 0 ? 0 : - args->ret] = count(); }`,
      {
        workload: async () => {
          seen = await strace(ps.path);
        },
      },
    );
    expect(seen.length).toBeGreaterThan(100);
    expect(Object.fromEntries(mapLines(stdout))).toEqual(
      countBy(seen, ({ number, errno }) => `${number}, ${errno}`),
    );
  });

  it('calls and errors of ps are those of strace, by probe', async () => {
    const ps = await ownProgram('ps');
    let seen: readonly SyscallLine[] = [];
    const { stdout, stderr } = await trace(
      `t:syscalls:sys_exit_* /comm == "${ps.comm}"/ { @[probe, args.ret > 0 ? 0 : - args.ret] = count() }`,
      {
        workload: async () => {
          seen = await strace(ps.path);
        },
      },
    );
    expect(Number(/Attached (\d+) probes/.exec(stderr)?.[1])).toBeGreaterThan(300);
    const kernelNames: Readonly<Record<string, string>> = {
      fstat: 'newfstat',
      stat: 'newstat',
      uname: 'newuname',
    };
    const probe = (name: string) => `tracepoint:syscalls:sys_exit_${kernelNames[name] ?? name}`;
    expect(Object.fromEntries(mapLines(stdout))).toEqual(
      countBy(seen, ({ name, errno }) => `${probe(name)}, ${errno}`),
    );
  });
});

describeTracing('user programs', () => {
  it('shows lines typed in an interactive bash', async () => {
    const { stdout } = await trace('uretprobe:/bin/bash:readline { printf("%s\\n", str(retval)) }', {
      workload: () => shell(`printf 'echo one two\\nexit\\n' | script -qec 'bash --norc -i' /dev/null`),
    });
    expect(stdout.split('\n').slice(0, 2)).toEqual(['echo one two', 'exit']);
  });
});

describeTracing('sampling and scheduling', () => {
  it('samples kernel stacks 99 times a second on every CPU', async () => {
    const hz = 99;
    // An idle virtual CPU may get its timers late; a busy one does not.
    const busy = keepBusy(await onlineCpus(), 5);
    const { stdout } = await trace(
      'profile:hz:99 { @[kstack] = count(); printf("at %d %llu\\n", cpu, nsecs) } i:s:2 { exit() }',
    );
    await busy;
    const samples = [...stdout.matchAll(/^at (\d+) (\d+)$/gm)];
    for (const cpu of await onlineCpus()) {
      const ofCpu = samples.filter(([, number]) => Number(number) === cpu);
      const times = ofCpu.map(([, , time]) => Number(time) / 1e9).sort((a, b) => a - b);
      const [first = 0, last = 0] = [times[0], times.at(-1)];
      // A machine that stands still for a while, as a virtual one may, misses samples; it never takes more.
      expect(times.length).toBeLessThanOrEqual((last - first) * hz + 2);
      expect(Math.abs(median(gaps(times)) * hz - 1), `CPU ${cpu}`).toBeLessThan(0.2);
    }
    const counts = [...stdout.matchAll(/^\]: (\d+)$/gm)].map(([, count]) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(samples.length);
    const frames = stdout.split('\n').filter((line) => line.startsWith('        '));
    expect(frames.length).toBeGreaterThan(10);
    const named = frames.filter((line) => /^ {8}[\w.]+\+\d+$/.test(line));
    expect(named.length / frames.length).toBeGreaterThan(0.9);
  });

  it('counts the switches to a process as often as it says it was switched', async () => {
    let switches = 0;
    const { stdout } = await trace('rawtracepoint:sched_switch { @[args.next.comm] = count() }', {
      workload: async () => {
        switches = Number(await shell(`python3 -c '${sleeper}'`));
      },
    });
    const seen = Number(mapLines(stdout).get('kscope-sleeper'));
    expect(switches).toBeGreaterThan(99);
    // It may be switched to between reading its own count and changing its name.
    expect(seen).toBeGreaterThanOrEqual(switches - 2);
    expect(seen).toBeLessThanOrEqual(switches + 10);
  });

  it('counts the page faults of a process as getrusage does', async () => {
    let faults = 0;
    const { stdout } = await trace('software:page-faults:1 { @[comm] = count() }', {
      workload: async () => {
        faults = Number(await shell(`python3 -c '${faulter}'`));
      },
    });
    const seen = Number(mapLines(stdout).get('kscope-faulter'));
    expect(faults).toBeGreaterThan(2000);
    expect(Math.abs(seen - faults) / faults).toBeLessThan(0.05);
  });

  it('prints and clears at intervals', async () => {
    const { stdout } = await trace(
      'i:ms:200 { @ = count(); print(@); clear(@); printf("at %llu\\n", nsecs) }',
      {
        workload: (tracer) => tracer.until(() => tracer.stdout.split('at ').length > 5),
      },
    );
    const times = [...stdout.matchAll(/^@: 1\nat (\d+)$/gm)].map(([, time]) => Number(time) / 1e9);
    expect(times.length).toBeGreaterThanOrEqual(5);
    expect(times.length).toBeLessThanOrEqual((times.at(-1)! - times[0]!) / 0.2 + 2);
    expect(stdout.replace(/^@: 1\nat \d+\n/gm, '')).toBe('\n\n');
  });
});

/** As the kernel lists them, `0-2,5`. */
/** A loop on each CPU. */
async function keepBusy(cpus: readonly number[], seconds: number): Promise<void> {
  const loops = cpus.map((cpu) => `taskset -c ${cpu} timeout ${seconds} sh -c 'while :; do :; done' &`);
  await shell(`${loops.join(' ')} wait`);
}

async function onlineCpus(): Promise<readonly number[]> {
  const ranges = (await shell('cat /sys/devices/system/cpu/online')).trim().split(',');
  return ranges.flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

const gaps = (times: readonly number[]) => times.slice(1).map((time, index) => time - times[index]!);
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const sleeper = `
import resource, time
open("/proc/self/comm", "w").write("kscope-sleeper")
before = resource.getrusage(resource.RUSAGE_SELF)
for _ in range(100): time.sleep(0.001)
after = resource.getrusage(resource.RUSAGE_SELF)
open("/proc/self/comm", "w").write("kscope-awake")
print(after.ru_nvcsw - before.ru_nvcsw + after.ru_nivcsw - before.ru_nivcsw)
`;

const faulter = `
import mmap, resource
open("/proc/self/comm", "w").write("kscope-faulter")
area = mmap.mmap(-1, 4096 * 3000)
area.madvise(mmap.MADV_NOHUGEPAGE)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for page in range(3000): area[page * 4096] = 1
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
`;

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, string> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return Object.fromEntries([...counts].map(([key, count]) => [key, String(count)]));
}
