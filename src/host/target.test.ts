/** The host target against what other programs say about the same machine. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { nativeKernel } from '../kernel/native.ts';
import { hostTarget } from './target.ts';

const target = hostTarget(nativeKernel());
afterAll(() => target.close());

describe('tracepoints', () => {
  it('lists what the directory has, in byte order', () => {
    const found = target.tracepoints('sched', 'sched_sw*').map(({ event }) => event);
    const listed = readdirSync('/sys/kernel/tracing/events/sched').filter((n) => n.startsWith('sched_sw'));
    expect(found).toEqual(listed.sort());
    expect(found).toContain('sched_switch');
  });

  it('matches in all subsystems', () => {
    expect(target.tracepoints('s*d', 'sched_switch')).toEqual([
      { subsystem: 'sched', event: 'sched_switch' },
    ]);
  });

  it('reads a format and answers nothing for an unknown event', () => {
    const format = target.tracepointFormat('syscalls', 'sys_enter_openat');
    expect(format?.fields.map((field) => field.name).slice(-4)).toEqual(['dfd', 'filename', 'flags', 'mode']);
    expect(target.tracepointFormat('nosuch', 'event')).toBeUndefined();
  });

  it('knows the raw tracepoints by the types of their functions', () => {
    expect(target.rawTracepoints('sched_swi*')).toContain('sched_switch');
    expect(target.rawTracepoints('nosuch*')).toEqual([]);
  });
});

describe('user programs', () => {
  it('gives the addresses that nm gives', () => {
    const [found] = target.userFunctions('/bin/bash', 'readline');
    const line = execFileSync('nm', ['-D', '--defined-only', '/bin/bash'], { encoding: 'utf8' })
      .split('\n')
      .find((text) => text.endsWith(' T readline'));
    expect(found?.address).toBe(BigInt(`0x${line?.split(' ')[0]}`));
  });

  it('finds USDT probes with the offsets that readelf gives', () => {
    const path = '/usr/lib/postgresql/15/bin/postgres';
    const start = target.usdtProbes(path).find(({ name }) => name === 'query__start');
    const notes = execFileSync('readelf', ['-n', path], { encoding: 'utf8' });
    const note =
      /Name: query__start\s+Location: (0x[0-9a-f]+), Base: \S+, Semaphore: (0x[0-9a-f]+)\s+Arguments: (.*)/.exec(
        notes,
      );
    expect(start).toMatchObject({ provider: 'postgresql', args: note?.[3] });
    const bytes = readFileSync(path);
    // The site is a nop in the file, and the semaphore a counter that is zero there.
    expect(bytes[Number(start?.offset)]).toBe(0x90);
    expect(bytes.readUInt16LE(Number(start?.semaphoreOffset))).toBe(0);
  });

  it('answers with nothing for a program that is not there', () => {
    expect(target.resolveBinary('/no/such/program')).toEqual([]);
    expect(target.resolveBinary('bash')[0]).toMatch(/\/bin\/bash$/);
  });
});

describe('the kernel', () => {
  it('knows the address that kallsyms has', () => {
    const line = execFileSync('grep', ['-m1', ' vfs_read$', '/proc/kallsyms'], { encoding: 'utf8' });
    expect(target.kernelSymbol('vfs_read')).toBe(BigInt(`0x${line.split(' ')[0]}`));
  });

  it('answers unknown features with an assertion, and known ones by trial', () => {
    expect(target.has('raw_tracepoint')).toBe(true);
    expect(target.has('task_btf')).toBe(true);
    expect(() => target.has('nosuch')).toThrow('there is no feature');
  });

  it('can do without a feature', () => {
    const without = hostTarget(nativeKernel(), { withoutFeatures: new Set(['uprobe_multi']) });
    expect([target.has('uprobe_multi'), without.has('uprobe_multi')]).toEqual([true, false]);
  });
});
