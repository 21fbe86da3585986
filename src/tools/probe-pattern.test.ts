import { describe, expect, it } from 'vitest';
import { parseProbe, probeText, returnOf, shownName } from './probe-pattern.ts';

describe('parseProbe', () => {
  it.each([
    ['vfs_read', 'kprobe:vfs_read'],
    ['vfs_*', 'kprobe:vfs_*'],
    ['k:vfs_read', 'kprobe:vfs_read'],
    ['t:block:*', 'tracepoint:block:*'],
    ['tracepoint:syscalls:sys_enter_open*', 'tracepoint:syscalls:sys_enter_open*'],
    ['c:malloc', 'uprobe:libc:malloc'],
    ['/bin/bash:readline', 'uprobe:/bin/bash:readline'],
    ['u:/bin/bash:readline', 'uprobe:/bin/bash:readline'],
    ['p::vfs_read', 'kprobe:vfs_read'],
    ['r::vfs_read', 'kretprobe:vfs_read'],
    ['r:c:malloc', 'uretprobe:libc:malloc'],
    ['U:/usr/bin/python3:python:gc__start', 'usdt:/usr/bin/python3:python:gc__start'],
    ['profile:hz:99', 'profile:hz:99'],
  ])('%s is %s', (written, probe) => {
    expect(probeText(parseProbe(written))).toBe(probe);
  });

  it.each(['', ':x', 'a:b:c:d', 'vfs read', 'k:vfs_read { exit() }'])('refuses %j', (written) => {
    expect(() => parseProbe(written)).toThrow(/is no probe: write PROVIDER:TARGET/);
  });
});

describe('returnOf', () => {
  it.each([
    ['vfs_read', 'kretprobe:vfs_read'],
    ['c:malloc', 'uretprobe:libc:malloc'],
    ['f:vfs_read', 'fexit:vfs_read'],
    ['t:syscalls:sys_enter_read', 'tracepoint:syscalls:sys_exit_read'],
  ])('of %s is %s', (written, probe) => {
    expect(probeText(returnOf(parseProbe(written)))).toBe(probe);
  });

  it('says what has no end', () => {
    expect(() => returnOf(parseProbe('t:sched:sched_switch'))).toThrow('has no end to measure to');
  });
});

it('shows functions and tracepoints by the name people know', () => {
  expect(shownName('kprobe:vfs_read')).toBe('vfs_read');
  expect(shownName('uprobe:/lib/libc.so.6:malloc')).toBe('malloc');
  expect(shownName('tracepoint:sched:sched_switch')).toBe('sched:sched_switch');
});
