/** kprobe and kretprobe: functions, wildcards, offsets, modules, real connections. */
import { expect } from 'vitest';
import { histogramTotal, type KernelCase, mapValue, readsAndWrites } from '../case.ts';

const kprobes = ['kprobe_pmu'];
const child = (program: string, count = 300) => ['-c', readsAndWrites(count), '-e', program];

/** One connection over the loopback, made by a child process. */
const connection = `
const server = require('net').createServer((socket) => socket.end());
server.listen(7177, '127.0.0.1', () => {
  require('net').connect(7177, '127.0.0.1').on('close', () => server.close()).resume();
});`;
/** Twenty processes that sleep at the same time: more than a kretprobe has places for. Ended when all of them do. */
const sleeperName = 'kscope-sleeper';
const sleepers = `
ln -sf "$(command -v sleep)" /tmp/${sleeperName}
for i in $(seq 20); do /tmp/${sleeperName} 1000 & pids="$pids $!"; done
until [ "$(for pid in $pids; do cat /proc/$pid/wchan; echo; done | grep -c nanosleep)" = 20 ]; do sleep 0.2; done
kill $pids; wait; true`;
const script = (path: string, text: string) => `cat >${path} <<'END'\n${text}\nEND`;

export const kprobeCases: readonly KernelCase[] = [
  {
    name: 'a wildcard counts by function name',
    needs: kprobes,
    args: child('kprobe:vfs_* /pid == cpid/ { @[func]++ }'),
    timeoutMs: 120_000,
    check: ({ stdout }) => {
      expect(mapValue(stdout, '@[vfs_write]')).toBeGreaterThanOrEqual(300);
      expect(mapValue(stdout, '@[vfs_read]')).toBeGreaterThanOrEqual(300);
      expect(mapValue(stdout, '@[vfs_open]')).toBeGreaterThan(0);
      expect(stdout).not.toMatch(/@\[[^v]/);
    },
  },
  {
    name: 'entry and return give the time between them',
    needs: kprobes,
    args: child(
      'k:vfs_read /pid == cpid/ { @s[tid] = nsecs } kr:vfs_read /@s[tid]/ { @ns = hist(nsecs - @s[tid]); delete(@s[tid]) }',
    ),
    check: ({ stdout }) => {
      expect(histogramTotal(stdout, '@ns')).toBeGreaterThanOrEqual(300);
      expect(stdout).not.toMatch(/^@s\[/m);
    },
  },
  {
    name: 'arguments, return values, probe and func',
    needs: kprobes,
    args: child(
      'k:vfs_write,k:vfs_read /pid == cpid && arg2 == 1/ { @[probe, func, arg2] = count() } kr:vfs_write /pid == cpid && retval == 1/ { @r = sum(retval) }',
    ),
    check: ({ stdout }) => {
      expect(mapValue(stdout, '@[kprobe:vfs_write, vfs_write, 1]')).toBe(300);
      expect(mapValue(stdout, '@[kprobe:vfs_read, vfs_read, 1]')).toBe(300);
      expect(mapValue(stdout, '@r')).toBe(300);
    },
  },
  {
    name: 'a struct behind an argument by cast',
    needs: kprobes,
    args: [
      '-c',
      'cat /etc/hostname',
      '-e',
      'kprobe:vfs_open /pid == cpid/ { $p = (struct path *)arg0; @[str($p->dentry->d_name.name)] = count() }',
    ],
    check: ({ stdout }) => expect(mapValue(stdout, '@[hostname]')).toBe(1),
  },
  {
    name: 'a kprobe inside a function fires as often as at its start',
    needs: kprobes,
    args: child(
      'kprobe:vfs_read /pid == cpid/ { @start = count() } kprobe:vfs_read+5 /pid == cpid/ { @inside = count() }',
    ),
    check: ({ stdout }) => {
      expect(mapValue(stdout, '@start')).toBeGreaterThanOrEqual(300);
      expect(mapValue(stdout, '@inside')).toBe(mapValue(stdout, '@start'));
    },
  },
  {
    name: 'tcp_connect of a real connection',
    needs: kprobes,
    before: script('/tmp/kscope-connect.js', connection),
    args: [
      '-c',
      'node /tmp/kscope-connect.js',
      '-e',
      'kprobe:tcp_connect { $s = (struct sock *)arg0; $port = $s->__sk_common.skc_dport; @[($port >> 8) | (($port & 255) << 8)] = count() }',
    ],
    check: ({ stdout, stderr }) => expect(mapValue(stdout, '@[7177]'), stderr).toBe(1),
  },
  {
    name: 'a function of a module',
    needs: kprobes,
    before: 'modprobe dummy numdummies=0',
    args: [
      '-c',
      'ip link add kscope0 type dummy',
      '-e',
      'kprobe:dummy:dummy_setup { @named = count() } kprobe:dummy_setup { @found = count() } kprobe:dummy:dummy_set* { @matched[func] = count() }',
    ],
    check: ({ stdout }) => {
      expect(mapValue(stdout, '@named')).toBe(1);
      expect(mapValue(stdout, '@found')).toBe(1);
      expect(mapValue(stdout, '@matched[dummy_setup]')).toBe(1);
    },
  },
  {
    name: 'a kretprobe says how many returns it missed',
    needs: kprobes,
    before: script('/tmp/kscope-sleepers.sh', sleepers),
    args: [
      '-c',
      'sh /tmp/kscope-sleepers.sh',
      '-e',
      `kprobe:hrtimer_nanosleep /comm == "${sleeperName}"/ { @calls = count() } kretprobe:hrtimer_nanosleep /comm == "${sleeperName}"/ { @returns = count() }`,
    ],
    timeoutMs: 60_000,
    check: ({ stdout, stderr }) => {
      const [calls, returns] = [mapValue(stdout, '@calls'), mapValue(stdout, '@returns')];
      const missed = Number(/WARNING: (\d+) hits of kretprobe:hrtimer_nanosleep/.exec(stderr)?.[1]);
      expect(calls, stderr).toBe(20);
      expect(missed).toBeGreaterThan(0);
      expect(returns + missed).toBe(calls);
    },
  },
  {
    name: 'an address, with --unsafe',
    needs: kprobes,
    args: `address=0x$(grep ' vfs_read$' /proc/kallsyms | cut -d' ' -f1); kscope --unsafe -c '${readsAndWrites(300)}' \
      -e "kprobe:$address /pid == cpid/ { @[func] = count() } kprobe:vfs_read /pid == cpid/ { @name = count() }"`,
    check: ({ stdout, stderr }) => {
      expect(mapValue(stdout, '@[vfs_read]'), stderr).toBeGreaterThanOrEqual(300);
      expect(mapValue(stdout, '@name')).toBe(mapValue(stdout, '@[vfs_read]'));
    },
  },
  {
    name: 'a name that the kernel does not know, with --unsafe',
    needs: kprobes,
    args: ['--unsafe', '-e', 'kprobe:nosuchfn { }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(255);
      expect(stderr).toContain('Unable to attach probe: kprobe:nosuchfn.');
    },
  },
  {
    name: '-v names the mechanism',
    needs: [...kprobes, '!kprobe_multi'],
    args: ['-v', '-e', 'kprobe:vfs_read { exit() } interval:s:1 { exit() }'],
    check: ({ stderr }) => expect(stderr).toContain('kprobe:vfs_read (perf kprobe)'),
  },
];

export const kprobeMistakes: readonly KernelCase[] = [
  mistake('a function that does not exist', 'kprobe:nosuchfn { }', 'No matches for kprobe nosuchfn.'),
  mistake('an offset of a return probe', 'kretprobe:vfs_read+1 { }', 'Offset not allowed'),
  mistake('two offsets', 'kprobe:vfs_read+1+2 { }', 'Cannot take more than one offset'),
  mistake('an offset that is no number', 'kprobe:vfs_read+x { }', 'Invalid offset: invalid integer: x'),
  mistake('an address', 'kprobe:0xffffffff81000000 { }', 'Probing by address requires --unsafe'),
  mistake(
    'a module that is not loaded',
    'kprobe:nosuchmodule:f { }',
    'specified module nosuchmodule in probe kprobe:nosuchmodule:f is not loaded.',
  ),
  {
    name: 'the middle of an instruction',
    needs: kprobes,
    args: ['-e', 'kprobe:vfs_read+1 { }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(255);
      expect(stderr).toContain(
        'Possible attachment attempt in the middle of an instruction, try a different offset.',
      );
      expect(stderr).toContain('Unable to attach probe: kprobe:vfs_read+1.');
    },
  },
  {
    name: 'a kernel that can trace no function at all',
    needs: ['!kprobe_pmu', '!kprobe_multi', '!fentry'],
    args: ['-e', 'kprobe:vfs_read { }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(1);
      expect(stderr).toContain(
        'This kernel cannot trace its functions: it has no multi-kprobe links (CONFIG_FPROBE, Linux 5.18), no kprobe event source (CONFIG_KPROBE_EVENTS), and it refuses fentry programs',
      );
    },
  },
];

function mistake(name: string, program: string, text: string): KernelCase {
  return {
    name,
    needs: [],
    args: ['-e', program],
    check: ({ status, stderr }) => {
      expect(stderr).toContain(text);
      expect(status).toBe(1);
    },
  };
}
