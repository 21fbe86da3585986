/** Every kind of probe: what it is called, and what is said about wrong ones. */
import { describe, expect, it } from 'vitest';
import { fixtureFeatures, fixtureTarget } from '../../tests/support/fixture-target.ts';
import { compile } from '../compiler/compile.ts';

const target = fixtureTarget({
  features: [...fixtureFeatures, 'watchpoints'],
  tracepoints: (subsystem, event) =>
    [
      ['sched', 'sched_switch'],
      ['sched', 'sched_wakeup'],
      ['syscalls', 'sys_enter_openat'],
    ]
      .filter(([s = '', e = '']) => fits(subsystem, s) && fits(event, e))
      .map(([s = '', e = '']) => ({ subsystem: s, event: e })),
  tracepointFormat: (subsystem, event) =>
    subsystem === 'nosuch' || event === 'nosuch' ? undefined : { id: 1, fields: [] },
  resolveBinary: () => [],
});

function fits(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name);
}

function compiled(program: string) {
  const { program: made, diagnostics } = compile(program, target, { selfTests: new Set(['test', 'bench']) });
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  return { errors, names: made?.attachments.flatMap(({ probes }) => probes) };
}

describe('names of probes', () => {
  it.each<[string, readonly string[]]>([
    ['begin', ['begin']],
    ['BEGIN', ['begin']],
    ['end', ['end']],
    ['self:signal:SIGUSR1', ['self:signal:SIGUSR1']],
    ['test:a', ['test:a']],
    ['bench:a', ['bench:a']],
    ['interval:ms:1', ['interval:ms:1']],
    ['i:s:5', ['interval:s:5']],
    ['interval:1000', ['interval:us:1']],
    ['profile:10ms', ['profile:us:10000']],
    ['p:hz:99', ['profile:hz:99']],
    ['Interval:ms:1', ['interval:ms:1']],
    ['software:cs', ['software:cs']],
    ['s:cpu-clock:1000000', ['software:cpu-clock:1000000']],
    ['s:faults:1', ['software:faults:1']],
    ['hardware:cache-misses:1e6', ['hardware:cache-misses:1000000']],
    ['h:cycles', ['hardware:cycles']],
    ['t:sched:sched_switch', ['tracepoint:sched:sched_switch']],
    ['tracepoint:sched:*', ['tracepoint:sched:sched_switch', 'tracepoint:sched:sched_wakeup']],
    ['t:*:sched_sw*', ['tracepoint:sched:sched_switch']],
    ['tracepoint:*openat', ['tracepoint:syscalls:sys_enter_openat']],
  ])('%s', (point, names) => {
    expect(compiled(`${point} { }`)).toEqual({ errors: [], names });
  });
});

describe('wrong probes', () => {
  it.each([
    ['nosuch:x', 'Invalid probe type: nosuch'],
    ['begin:x', 'begin probe type requires 0 arguments, found 1'],
    ['self:signal:SIGUSR2', 'SIGUSR2 is not a supported signal'],
    ['self:foo:SIGUSR1', 'foo is not a supported trigger'],
    ['self:signal', 'self probe type requires 2 arguments, found 1'],
    ['interval:MS:1', 'MS is not an accepted unit of time'],
    ['interval:s:0', 'interval frequency should be a positive integer'],
    ['interval:s:-1', 'interval frequency should be a positive integer'],
    ['interval:5', 'Invalid rate of interval probe. Minimum is 1000 or 1us. Found: 5 nanoseconds'],
    ['profile:hz', 'Invalid rate of profile probe: invalid integer: hz'],
    ['software:nosuch', 'nosuch is not a software probe'],
    ['software:cpu*', 'wildcards are not allowed for software probe type'],
    ['hardware:foo', 'foo is not a hardware probe'],
    ['hardware:cycles:x', 'Invalid count for hardware probe: invalid integer: x'],
    ['tracepoint:nosuch:foo', 'No matches for tracepoint nosuch:foo.'],
    ['tracepoint:foo', 'tracepoint probe type requires 2 arguments, found 1'],
    [
      'tracepoint:*foo*',
      "Probe has no valid attach points. If this is expected, set the 'missing_probes' config variable to 'warn'.",
    ],
    ['rawtracepoint:sched_switch', "rawtracepoints require kernel BTF. Try using a 'tracepoint' instead."],
    ['uprobe:./nosuch:f', "uprobe target file './nosuch' does not exist or is not executable"],
    ['uprobe:foo', 'uprobe probe type requires 2 or 3 arguments, found 1'],
    ['usdt:x', 'usdt probe type requires 2 or 3 arguments, found 1'],
    [
      'usdt::x',
      "usdt probe must specify at least path or pid to probe. To target all paths/pids set the path to '*'.",
    ],
    ['usdt:./nosuch:x', "usdt target file './nosuch' does not exist or is not executable"],
  ])('%s', (point, message) => {
    expect(compiled(`${point} { }`).errors).toEqual([message]);
  });
});

describe('default periods of counters', () => {
  it.each<readonly [string, number]>([
    ...['alignment-faults', 'bpf-output', 'cpu-migrations', 'dummy', 'emulation-faults', 'major-faults'].map(
      (event) => [`software:${event}`, 1] as const,
    ),
    ['software:task-clock', 1],
    ['software:context-switches', 1000],
    ['software:cs', 1000],
    ['software:cpu-clock', 1_000_000],
    ['software:cpu', 1_000_000],
    ...['minor-faults', 'page-faults', 'faults'].map((event) => [`software:${event}`, 100] as const),
    ...['backend-stalls', 'cache-misses', 'cache-references', 'cpu-cycles', 'cycles'].map(
      (event) => [`hardware:${event}`, 1_000_000] as const,
    ),
    ...['frontend-stalls', 'instructions', 'ref-cycles'].map(
      (event) => [`hardware:${event}`, 1_000_000] as const,
    ),
    ...['branch-instructions', 'branches', 'branch-misses', 'bus-cycles'].map(
      (event) => [`hardware:${event}`, 100_000] as const,
    ),
  ])('%s: %i', (point, period) => {
    const { program } = compile(`${point} { }`, target);
    expect(program?.attachments[0]?.point).toMatchObject({ kind: 'perf-event', period: BigInt(period) });
  });
});
