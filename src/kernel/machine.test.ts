/** Facts about this machine, against what other programs say about it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BpfAttachType, BpfCommand, mapTypeNumbers, programTypeNumbers } from './bpf-constants.ts';
import { readClockNs, wallClockOffsetNs } from './clock.ts';
import { onlineCpus, parseCpuList, possibleCpuCount } from './cpu-list.ts';
import { errnoName, errnoText } from './errno.ts';
import { KernelFileError, MissingCapabilityError, SyscallError, UnsupportedFeatureError } from './errors.ts';
import { FakeKernel } from './fake-kernel.ts';
import { closeAll, Fd, openDescriptors } from './fd.ts';
import { kernelBtf } from './kernel-btf.ts';
import { nativeKernel } from './native.ts';
import { probePmu } from './probe-pmu.ts';
import {
  effectiveCapabilities,
  missingCapabilities,
  pageSize,
  parseCapabilities,
  pidNamespace,
  processExists,
} from './procfs.ts';
import { syscallNumbers } from './syscall-numbers.ts';

const output = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: 'latin1' }).trim();

describe('numbers of the kernel interface', () => {
  const btf = kernelBtf();
  const expectEnum = (name: string, value: number) => {
    const constant = btf?.enumConstant(name);
    // A constant that this kernel does not know is one that it could not be asked for.
    if (constant) expect(Number(constant.value), name).toBe(value);
    return constant !== undefined;
  };

  it('agree with the BTF of the running kernel', () => {
    let known = 0;
    for (const [name, value] of Object.entries({ ...BpfCommand, ...BpfAttachType }))
      if (expectEnum(name, value)) known++;
    for (const [name, value] of Object.entries(mapTypeNumbers))
      if (expectEnum(`BPF_MAP_TYPE_${name.toUpperCase()}`, value)) known++;
    for (const [name, value] of Object.entries(programTypeNumbers))
      if (expectEnum(`BPF_PROG_TYPE_${name.toUpperCase()}`, value)) known++;
    expect(known).toBeGreaterThan(40);
  });

  it('agree with the C headers, where there are any', () => {
    const numbers = syscallNumbers.get('x64');
    const source = Object.keys(numbers ?? {})
      .map((name) => `${name} SYS_${name}`)
      .join('\n');
    const expanded = execFileSync('gcc', ['-E', '-P', '-include', 'sys/syscall.h', '-'], {
      input: source,
      encoding: 'latin1',
    });
    for (const [name, number] of Object.entries(numbers ?? {}))
      expect(expanded).toMatch(new RegExp(`^${name} ${number}$`, 'm'));
  });
});

describe('this machine', () => {
  it('has the pages, CPUs and processes that others see', () => {
    expect(pageSize()).toBe(Number(output('getconf', 'PAGESIZE')));
    expect(onlineCpus().length).toBe(Number(output('getconf', '_NPROCESSORS_ONLN')));
    expect(possibleCpuCount()).toBeGreaterThanOrEqual(onlineCpus().length);
    expect(processExists(process.pid)).toBe(true);
    expect(processExists(4_194_305)).toBe(false);
  });

  it('has the pid namespace that stat sees', () => {
    const [device, inode] = output('stat', '-L', '-c', '%d %i', '/proc/self/ns/pid').split(' ').map(BigInt);
    expect(pidNamespace()).toMatchObject({ device, inode });
  });

  it('has clocks as far apart as Node and the calendar say', () => {
    const kernel = nativeKernel();
    const monotonicNs = readClockNs(kernel, 'monotonic');
    expect(Number(process.hrtime.bigint() - monotonicNs)).toBeLessThan(50e6);
    expect(process.hrtime.bigint()).toBeGreaterThan(monotonicNs);
    const wallNs = readClockNs(kernel, 'boot') + wallClockOffsetNs(kernel, 'boot');
    expect(Math.abs(Number(wallNs / 1_000_000n) - Date.now())).toBeLessThan(50);
  });

  it('calls itself what it is told', () => {
    const before = readFileSync('/proc/thread-self/comm', 'latin1').trim();
    nativeKernel().setThreadName('kscope-test');
    expect(readFileSync('/proc/thread-self/comm', 'latin1').trim()).toBe('kscope-test');
    nativeKernel().setThreadName(before);
  });

  it('answers errors as negated numbers', () => {
    const kernel = nativeKernel();
    expect(kernel.close(-1)).toBe(-9);
    expect(kernel.kill(4_194_305, 0)).toBe(-3);
    expect(kernel.munmap(1, 4096)).toBe(-22);
  });
});

describe('CPU lists', () => {
  it.each([
    ['0\n', [0]],
    ['0-3,8\n', [0, 1, 2, 3, 8]],
    ['0-1,4-5', [0, 1, 4, 5]],
  ])('%j', (text, cpus) => expect(parseCpuList(text, 'f')).toEqual(cpus));

  it.each(['', 'x', '3-1', '1-', '99999999999'])('refuses %j', (text) => {
    expect(() => parseCpuList(text, '/sys/f')).toThrow(/\/sys\/f: .*not a range of CPU numbers/);
  });
});

describe('capabilities', () => {
  it('are read from the effective set', () => {
    expect([...parseCapabilities('CapPrm:\tffff\nCapEff:\t0000008000080000\n')]).toEqual([
      'CAP_SYS_PTRACE',
      'CAP_BPF',
    ]);
    expect(parseCapabilities('').size).toBe(0);
  });

  it('count CAP_SYS_ADMIN as CAP_BPF and CAP_PERFMON', () => {
    expect(parseCapabilities('CapEff:\t0000000000200000').has('CAP_PERFMON')).toBe(true);
  });

  it('of this process agree with the kernel bit by bit', () => {
    const mask = BigInt(`0x${output('sed', '-n', 's/^CapEff:\\t//p', `/proc/${process.pid}/status`)}`);
    expect(effectiveCapabilities().has('CAP_SYS_RESOURCE')).toBe(((mask >> 24n) & 1n) === 1n);
    expect(missingCapabilities(['CAP_BPF']).length).toBe(
      ((mask >> 39n) & 1n) === 1n || ((mask >> 21n) & 1n) === 1n ? 0 : 1,
    );
  });
});

describe('probe PMUs', () => {
  const root = mkdtempSync(join(tmpdir(), 'kscope-pmu-'));
  const write = (name: string, files: Record<string, string>) => {
    mkdirSync(join(root, name, 'format'), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, name, file), text);
  };

  it('are read from sysfs', () => {
    write('uprobe', {
      type: '8\n',
      'format/retprobe': 'config:0\n',
      'format/ref_ctr_offset': 'config:32-63\n',
    });
    expect(probePmu('uprobe', root)).toEqual({ type: 8, returnBit: 0, semaphoreShift: 32 });
    expect(probePmu('kprobe', root)).toBeUndefined();
  });

  it('are refused when damaged, by the name of the file', () => {
    write('kprobe', { type: '6\n', 'format/retprobe': 'nonsense\n' });
    expect(() => probePmu('kprobe', root)).toThrow(/kprobe\/format\/retprobe: "nonsense"/);
    rmSync(root, { recursive: true });
  });
});

describe('errors', () => {
  it('name call, errno and remedy', () => {
    expect(new SyscallError('bpf(X) for map "@a"', 1, 'Run as root').message).toBe(
      'bpf(X) for map "@a": EPERM (operation not permitted). Run as root',
    );
    expect(errnoName(524)).toBe('ENOTSUPP');
    expect([errnoName(4000), errnoText(4000)]).toEqual(['errno 4000', 'unknown error']);
    expect(new MissingCapabilityError(['CAP_BPF', 'CAP_PERFMON'], 'Tracing').message).toMatch(
      /Tracing needs CAP_BPF and CAP_PERFMON/,
    );
    expect(new UnsupportedFeatureError('kprobes', 'CONFIG_KPROBES is off').message).toBe(
      'this kernel does not support kprobes: CONFIG_KPROBES is off',
    );
    expect(new KernelFileError('/proc/x', 'is odd').message).toBe('/proc/x: is odd');
  });
});

describe('owned descriptors', () => {
  it('are listed with their origin until they are closed, once', () => {
    const kernel = new FakeKernel();
    const fd = new Fd(kernel, kernel.newFd(), 'a test object');
    expect(openDescriptors()).toMatchObject([{ number: 1000, what: 'a test object' }]);
    expect(openDescriptors()[0]?.madeAt).toContain('machine.test.ts');
    fd.close();
    fd.close();
    expect(kernel.countOf('close')).toBe(1);
    expect(openDescriptors()).toEqual([]);
    expect(() => fd.number).toThrow('a test object is already closed');
  });

  it('are all closed even when one closing throws', () => {
    const closed: number[] = [];
    const object = (id: number) => ({
      close() {
        closed.push(id);
        if (id === 2) throw new Error('two');
      },
    });
    expect(() => closeAll([object(1), object(2), object(3)])).toThrow('two');
    expect(closed).toEqual([3, 2, 1]);
  });
});
