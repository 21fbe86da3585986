/** Links, perf events and run statistics, seen from outside: a program that counts, and something that makes it run. */
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { BpfAttachType, BpfCommand } from './bpf-constants.ts';
import { createMap } from './bpf-map.ts';
import { loadProgram, type ProgramSource } from './bpf-program.ts';
import { onlineCpus } from './cpu-list.ts';
import { Errno } from './errno.ts';
import { FakeKernel } from './fake-kernel.ts';
import { closeAll, openDescriptors } from './fd.ts';
import { kernelBtf } from './kernel-btf.ts';
import { attachIterator, attachRawTracepoint, attachUprobeMulti, openIterator } from './link.ts';
import { call, code, exit, insn, load64Immediate, movImmediate, returnValue } from './mini-code.ts';
import { nativeKernel } from './native.ts';
import {
  enableRunStatistics,
  linkInfo,
  mapInfo,
  objectIds,
  openById,
  programInfo,
  translatedInstructions,
} from './object-info.ts';
import { openPerfEvent } from './perf-event.ts';
import { softwareCpuClock } from './perf-event-spec.ts';
import { openTracefs } from './tracefs.ts';

const kernel = nativeKernel();
const helperGetAttachCookie = 174;

/** A program that adds its attach cookie (or 1) to a counter. */
function counter(type: ProgramSource['type'], options: { cookie?: boolean; attachType?: number } = {}) {
  const map = createMap(kernel, {
    name: 'n',
    type: 'array',
    keySize: 4,
    valueSize: 8,
    maxEntries: 1,
    flags: 0,
  });
  const amount = options.cookie ? [call(helperGetAttachCookie)] : [movImmediate(0, 1)];
  const add = [load64Immediate(1, 2, map.fd), insn(0xdb, 1, 0, 0, 0), movImmediate(0, 0), exit()];
  const source = { name: 'count', type, license: 'GPL', code: code(...amount, ...add) };
  const program = loadProgram(kernel, { ...source, expectedAttachType: options.attachType ?? 0 });
  const count = () =>
    new DataView((map.lookup(new Uint8Array(4)) ?? new Uint8Array(8)).buffer).getUint32(0, true);
  return { program, count, [Symbol.dispose]: () => closeAll([map, program]) };
}

/** A function of the C library as this process maps it: file, and offset in it. */
function libcFunction(name: string): { path: string; offset: bigint } {
  const path = realpathSync(
    /\S+\/libc\.so\.6$/m.exec(readFileSync('/proc/self/maps', 'latin1'))?.[0] ??
      '/lib/x86_64-linux-gnu/libc.so.6',
  );
  const line = execFileSync('readelf', ['-W', '--dyn-syms', path], { encoding: 'latin1', maxBuffer: 1 << 26 })
    .split('\n')
    .find((one) => new RegExp(` ${name}@@`).test(one));
  return { path, offset: BigInt(`0x${line?.trim().split(/\s+/)[1]}`) };
}

afterEach(() => expect(openDescriptors().map((fd) => fd.what)).toEqual([]));

describe('attaching', () => {
  it('counts system calls through a raw tracepoint, until it is closed', () => {
    using it = counter('raw_tracepoint');
    const link = attachRawTracepoint(kernel, it.program, 'sys_enter');
    for (let i = 0; i < 100; i++) kernel.kill(process.pid, 0);
    link.close();
    const seen = it.count();
    expect(seen).toBeGreaterThanOrEqual(100);
    for (let i = 0; i < 100; i++) kernel.kill(process.pid, 0);
    expect(it.count()).toBe(seen);
  });

  it('says which raw tracepoint does not exist', () => {
    using it = counter('raw_tracepoint');
    expect(() => attachRawTracepoint(kernel, it.program, 'nonesuch')).toThrow(
      /raw tracepoint nonesuch: ENOENT.*no raw tracepoint "nonesuch"/,
    );
  });

  it('counts a tracepoint on all CPUs through one perf event, with a cookie', () => {
    using it = counter('tracepoint', { cookie: true });
    const id = openTracefs(kernel).eventId('syscalls', 'sys_enter_kill') ?? 0;
    const scope = { cpu: onlineCpus()[0] ?? 0 };
    using link = openPerfEvent(kernel, { kind: 'tracepoint', id, name: 'sys_enter_kill' }, scope).attach(
      it.program,
      1000n,
    );
    for (let i = 0; i < 10; i++) kernel.kill(process.pid, 0);
    expect(it.count()).toBeGreaterThanOrEqual(10_000);
    expect(it.count() % 1000).toBe(0);
    expect(linkInfo(kernel, link.fd)).toMatchObject({
      type: 7,
      programId: programInfo(kernel, it.program.fd).id,
      missed: 0n,
    });
  });

  it('takes one filter, and names what is wrong with another', () => {
    const id = openTracefs(kernel).eventId('syscalls', 'sys_enter_kill') ?? 0;
    const open = () => openPerfEvent(kernel, { kind: 'tracepoint', id, name: 'sys_enter_kill' }, { cpu: 0 });
    using good = open();
    good.setFilter('sig == 12345');
    expect(() => good.setFilter('sig == 1')).toThrow(/SET_FILTER "sig == 1".*EEXIST/);
    using bad = open();
    expect(() => bad.setFilter('no_such_field == 1')).toThrow(/SET_FILTER "no_such_field == 1".*EINVAL/);
  });

  it('runs on a clock', async () => {
    using it = counter('perf_event');
    const rate = { period: 1_000_000n };
    using _link = openPerfEvent(
      kernel,
      { kind: 'software', event: softwareCpuClock, rate },
      { pid: process.pid },
    ).attach(it.program);
    const end = performance.now() + 50;
    while (performance.now() < end);
    expect(it.count()).toBeGreaterThan(20);
    expect(it.count()).toBeLessThan(100);
  });

  it('has two uprobes in one link, each with its cookie, only in the process asked for', () => {
    const attachType = BpfAttachType.BPF_TRACE_UPROBE_MULTI;
    using it = counter('kprobe', { cookie: true, attachType });
    const ids = [libcFunction('getppid'), libcFunction('kill')];
    const targets = {
      path: ids[0]?.path ?? '',
      offsets: ids.map((one) => one.offset),
      cookies: [1n, 100n],
      return: false,
    };
    const link = attachUprobeMulti(kernel, it.program, { ...targets, pid: process.pid });
    process.kill(process.pid, 0);
    process.kill(process.pid, 0);
    execFileSync('sh', ['-c', 'kill -0 $$']);
    link.close();
    expect(it.count()).toBe(200);
  });

  it.each([
    ['/nonesuch', undefined, /ENOENT.*\/nonesuch does not exist/],
    ['/bin/true', 4_000_000, /ESRCH.*no process 4000000/],
  ])('explains why uprobes in %s of process %s cannot be set', (path, pid, message) => {
    using it = counter('kprobe', { attachType: BpfAttachType.BPF_TRACE_UPROBE_MULTI });
    const targets = { path, offsets: [64n], return: false, ...(pid ? { pid } : {}) };
    expect(() => attachUprobeMulti(kernel, it.program, targets)).toThrow(message);
  });

  it.each([false, true])('has a uprobe through the PMU (return: %s)', (isReturn) => {
    using it = counter('kprobe');
    const { path, offset } = libcFunction('kill');
    const spec = { kind: 'uprobe', path, offset, return: isReturn } as const;
    const link = openPerfEvent(kernel, spec, { pid: process.pid }).attach(it.program);
    process.kill(process.pid, 0);
    link.close();
    process.kill(process.pid, 0);
    expect(it.count()).toBe(1);
  });

  it('runs an iterator when it is read', () => {
    const attachBtfId = kernelBtf()?.find('bpf_iter_task', 'func') ?? 0;
    const source = { name: 'it', type: 'tracing', license: 'GPL', code: returnValue(0) } as const;
    using program = loadProgram(kernel, {
      ...source,
      expectedAttachType: BpfAttachType.BPF_TRACE_ITER,
      attachBtfId,
    });
    using statistics = enableRunStatistics(kernel);
    using link = attachIterator(kernel, program);
    using run = openIterator(kernel, link);
    expect(kernel.read(run.number, new Uint8Array(4096))).toBe(0);
    expect(programInfo(kernel, program.fd).runCount).toBeGreaterThan(10n);
    expect(statistics.isOpen).toBe(true);
  });
});

describe('object information', () => {
  it('describes programs, maps and links', () => {
    using it = counter('raw_tracepoint');
    const info = programInfo(kernel, it.program.fd);
    expect(info).toMatchObject({ type: 17, name: 'count', recursionMisses: 0n });
    expect(info.verifiedInstructions).toBeGreaterThan(3);
    expect([...objectIds(kernel, 'program')]).toContain(info.id);
    using again = openById(kernel, 'program', info.id);
    expect(again && programInfo(kernel, again.number).id).toBe(info.id);
    expect(translatedInstructions(kernel, it.program.fd).length).toBe(info.translatedBytes);
    expect(translatedInstructions(kernel, it.program.fd).at(-8)).toBe(0x95);
  });

  it('describes a map as it was made', () => {
    using map = createMap(kernel, {
      name: 'shape',
      type: 'hash',
      keySize: 3,
      valueSize: 5,
      maxEntries: 7,
      flags: 1,
    });
    expect(mapInfo(kernel, map.fd)).toMatchObject({
      type: 1,
      keySize: 3,
      valueSize: 5,
      maxEntries: 7,
      flags: 1,
      name: 'shape',
    });
  });

  it('has nothing for an id that is gone', () => {
    expect(openById(kernel, 'map', 0x7fffffff)).toBeUndefined();
  });
});

describe('attaching in a fake kernel', () => {
  const program = (fake: FakeKernel) =>
    loadProgram(fake, { name: 'p', type: 'tracepoint', code: returnValue(0), license: 'GPL' });
  const tracepoint = { kind: 'tracepoint', id: 5, name: 't' } as const;
  const link = `bpf:${BpfCommand.BPF_LINK_CREATE}`;

  it('falls back to ioctl where perf events have no links', () => {
    const fake = new FakeKernel().fail(link, Errno.EINVAL);
    using it = program(fake);
    openPerfEvent(fake, tracepoint, { cpu: 0 }).attach(it).close();
    expect(fake.calls.filter((one) => one.name === 'ioctl').map((one) => one.args[1])).toEqual([
      0x40042408, 0x2400,
    ]);
    expect(fake.openNumbers.size).toBe(1);
  });

  it('does not fall back when a cookie would be lost', () => {
    const fake = new FakeKernel().fail(link, Errno.EINVAL);
    using it = program(fake);
    expect(() => openPerfEvent(fake, tracepoint, { cpu: 0 }).attach(it, 1n)).toThrow(
      /BPF_LINK_CREATE.*EINVAL/,
    );
    expect(fake.openNumbers.size).toBe(1);
  });

  it('closes the event when it cannot be enabled', () => {
    const fake = new FakeKernel().fail('ioctl', Errno.E2BIG);
    using it = program(fake);
    expect(() => openPerfEvent(fake, tracepoint, { cpu: 0 }).attach(it)).toThrow(
      /IOC_ENABLE.*E2BIG.*at most 64/,
    );
    expect(fake.openNumbers.size).toBe(1);
  });

  it.each([
    [Errno.EACCES, { cpu: 0 }, /CAP_PERFMON/],
    [Errno.ESRCH, { pid: 99 }, /no process 99/],
    [Errno.ENODEV, { cpu: 7 }, /CPU 7 is offline/],
    [Errno.EMFILE, { cpu: 0 }, /ulimit -n/],
    [Errno.ENOENT, { cpu: 0 }, /hardware counters/],
  ])('explains errno %i of perf_event_open', (errno, scope, message) => {
    const fake = new FakeKernel().fail('perfEventOpen', errno);
    const spec = { kind: 'hardware', event: 0, rate: { frequencyHz: 99n } } as const;
    expect(() => openPerfEvent(fake, spec, scope)).toThrow(message);
  });

  it('packs a rate by frequency with its flag', () => {
    const fake = new FakeKernel();
    openPerfEvent(fake, { kind: 'software', event: 0, rate: { frequencyHz: 99n } }, { cpu: 1 }).close();
    const [packed] = fake.calls[0]?.args ?? [];
    const attr = new DataView((packed as Uint8Array).buffer);
    expect([attr.getUint32(0, true), attr.getBigUint64(16, true), attr.getUint32(40, true)]).toEqual([
      1,
      99n,
      0x401,
    ]);
    expect(fake.calls[0]?.args.slice(1)).toEqual([-1, 1, -1, 8]);
  });
});
