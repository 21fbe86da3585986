import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { BpfAttachType, BpfCommand } from '../kernel/bpf-constants.ts';
import { Errno } from '../kernel/errno.ts';
import { FakeKernel } from '../kernel/fake-kernel.ts';
import { openDescriptors } from '../kernel/fd.ts';
import { kernelBtf } from '../kernel/kernel-btf.ts';
import { nativeKernel } from '../kernel/native.ts';
import type { FeatureProbe } from './feature.ts';
import { Features } from './features.ts';
import { featureProbes } from './table.ts';

afterEach(() => expect(openDescriptors().map((fd) => fd.what)).toEqual([]));

const version = (text: string) => text.split('.').map(Number).slice(0, 2) as [number, number];
const running = version(
  /^Linux version (\d+\.\d+)/.exec(readFileSync('/proc/version', 'latin1'))?.[1] ?? '0.0',
);
const isNewer = ([a, b]: [number, number], [c, d]: [number, number]) => a > c || (a === c && b >= d);
const config = () => execFileSync('zcat', ['/proc/config.gz'], { encoding: 'latin1', maxBuffer: 1 << 24 });

/** What depends on the configuration or the hardware, not on the version alone. */
const configured = new Set([
  ...[
    'btf',
    'module_btf',
    'tp_btf',
    'fentry',
    'fexit',
    'iter',
    'hardware_events',
    'get_func_ret',
    'override_return',
    'watchpoints',
  ],
  ...[
    'kprobe_pmu',
    'uprobe_pmu',
    'uprobe_refcount',
    'uprobe_multi',
    'kprobe_multi',
    'kprobe_session',
    'get_func_ip',
  ],
  ...['kernel_variables', 'probe_write_user', 'd_path'],
]);

describe('the table', () => {
  it('has each name once, with a description and a version', () => {
    expect(new Set(featureProbes.map((probe) => probe.name)).size).toBe(featureProbes.length);
    for (const probe of featureProbes) {
      expect(probe.name).toMatch(/^[a-z][a-z0-9_]+$/);
      expect(probe.since, probe.name).toMatch(/^\d+\.\d+(\.\d+)?$/);
      expect(probe.description.length, probe.name).toBeGreaterThan(5);
    }
  });
});

describe('the running kernel', () => {
  const features = new Features(nativeKernel());

  it('has everything it is new enough for, and nothing else', () => {
    const wrong = features
      .all()
      .filter((report) => !configured.has(report.name))
      .filter((report) => (report.answer === 'yes') !== isNewer(running, version(report.since)));
    expect(wrong).toEqual([]);
  });

  it('gives no inconclusive answer to root', () => {
    expect(features.all().filter((report) => report.answer === 'unknown')).toEqual([]);
  });

  it.skipIf(!existsSync('/proc/config.gz'))('agrees with its configuration', () => {
    const has = (option: string) => config().includes(`\n${option}=y\n`);
    expect(features.has('btf')).toBe(has('CONFIG_DEBUG_INFO_BTF'));
    expect(features.has('kprobe_pmu')).toBe(has('CONFIG_KPROBE_EVENTS'));
    expect(features.has('uprobe_pmu')).toBe(has('CONFIG_UPROBE_EVENTS'));
    if (!has('CONFIG_KPROBES'))
      expect([features.answer('kprobe_multi'), features.answer('kprobe_session')]).toEqual(['no', 'no']);
  });

  it('has what the enumerations of its BTF name', () => {
    const knows = (name: string) => kernelBtf()?.enumConstant(name) !== undefined;
    expect(features.has('uprobe_multi')).toBe(knows('BPF_TRACE_UPROBE_MULTI'));
    expect(features.has('ringbuf')).toBe(knows('BPF_MAP_TYPE_RINGBUF'));
    expect(features.has('loop')).toBe(knows('BPF_FUNC_loop'));
    expect(features.has('ktime_get_tai_ns')).toBe(knows('BPF_FUNC_ktime_get_tai_ns'));
  });
});

describe('in a fake kernel', () => {
  const load = `bpf:${BpfCommand.BPF_PROG_LOAD}`;
  const link = `bpf:${BpfCommand.BPF_LINK_CREATE}`;
  const attachType = (attr: unknown, offset: number) =>
    new DataView((attr as Uint8Array).buffer).getUint32(offset, true);

  const countOf =
    (count: bigint) =>
    ([, into]: readonly unknown[]) => {
      new DataView((into as Uint8Array).buffer).setBigUint64(0, count, true);
      return 8;
    };

  it('tries a feature once, and only when asked', () => {
    let tried = 0;
    const probe: FeatureProbe = {
      name: 'x',
      description: 'test',
      since: '1.0',
      probe: () => (++tried > 0 ? 'yes' : 'no'),
    };
    const features = new Features(new FakeKernel(), { probes: [probe] });
    expect(tried).toBe(0);
    expect([features.has('x'), features.has('x'), features.all().length, tried]).toEqual([true, true, 1, 1]);
    expect(() => features.has('y')).toThrow(/no feature "y"/);
  });

  it('does not take a lack of privileges for a lack of features', () => {
    const features = new Features(new FakeKernel().fail(load, Errno.EPERM));
    expect([features.answer('isa_v3'), features.answer('loop'), features.has('loop')]).toEqual([
      'unknown',
      'unknown',
      false,
    ]);
  });

  it('takes EPERM for a no when other programs load', () => {
    const kernel = new FakeKernel().on(load, ([attr]) =>
      attachType(attr, 68) === BpfAttachType.BPF_TRACE_FENTRY ? -Errno.EPERM : undefined,
    );
    const features = new Features(kernel);
    expect([features.answer('fentry'), features.answer('fexit')]).toEqual(['no', 'yes']);
    expect(kernel.openNumbers.size).toBe(0);
  });

  it.each([
    [Errno.ENOENT, 'yes'],
    [Errno.EINVAL, 'no'],
    [Errno.ENOMEM, 'unknown'],
  ])('errno %i about the target of uprobe_multi means %s', (errno, answer) => {
    const kernel = new FakeKernel().fail(link, errno);
    expect(new Features(kernel).answer('uprobe_multi')).toBe(answer);
    expect(kernel.openNumbers.size).toBe(0);
  });

  it.each([
    [Errno.ESRCH, 'yes'],
    [Errno.EOPNOTSUPP, 'no'],
  ])('errno %i about the target of kprobe_multi means %s', (errno, answer) => {
    expect(new Features(new FakeKernel().fail(link, errno)).answer('kprobe_multi')).toBe(answer);
  });

  it.each([
    ['is counted', new FakeKernel().on('read', countOf(1n)), 'yes'],
    ['is not noticed', new FakeKernel().on('read', countOf(0n)), 'no'],
    ['cannot be watched', new FakeKernel().fail('perfEventOpen', Errno.EOPNOTSUPP), 'no'],
    ['finds all registers in use', new FakeKernel().fail('perfEventOpen', Errno.ENOSPC), 'yes'],
  ])('the answer about watchpoints when a write %s', (_, kernel, answer) => {
    expect(new Features(kernel).answer('watchpoints')).toBe(answer);
    expect(kernel.openNumbers.size).toBe(0);
  });

  it('has neither BTF programs nor iterators without BTF', () => {
    const features = new Features(new FakeKernel(), { btf: () => undefined });
    expect(['tp_btf', 'fentry', 'iter'].map((name) => features.answer(name))).toEqual(['no', 'no', 'no']);
  });

  it.each([
    ['invalid func unknown#182\n', 'no'],
    ['program of this type cannot use helper bpf_strncmp#182\n', 'no'],
    ['R1 !read_ok\n', 'yes'],
  ])('reads the verifier about a helper: %j', (text, answer) => {
    const kernel = new FakeKernel();
    kernel.on(load, ([attr]) => {
      const view = new DataView((attr as Uint8Array).buffer);
      if (view.getUint32(28, true) === 0) return undefined;
      kernel.memory(view.getBigUint64(32, true))?.set(new TextEncoder().encode(text));
      return -Errno.EINVAL;
    });
    expect(new Features(kernel).answer('strncmp')).toBe(answer);
  });

  it.each([
    [[], 1],
    [['isa_v2'], 2],
    [['isa_v2', 'isa_v3'], 3],
    [['isa_v2', 'isa_v3', 'isa_v4'], 4],
    [['isa_v4'], 1],
  ] as const)('with %j the instruction set is v%i', (names, isa) => {
    const probes = ['isa_v2', 'isa_v3', 'isa_v4'].map(
      (name): FeatureProbe => ({
        name,
        description: name,
        since: '1.0',
        probe: () => ((names as readonly string[]).includes(name) ? 'yes' : 'no'),
      }),
    );
    expect(new Features(new FakeKernel(), { probes }).isa()).toBe(isa);
  });
});
