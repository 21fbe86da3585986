/** fentry and fexit: typed arguments and results, deep structs, modules, and agreement with kprobes. */
import { expect } from 'vitest';
import { histogramTotal, type KernelCase, mapValue, readsAndWrites } from '../case.ts';

const trampolines = ['fentry', 'fexit'];
const child = (program: string, count = 300) => ['-c', readsAndWrites(count), '-e', program];

const released = '/tmp/kscope-released';
/** With the body of a loop as a function of its own, which is what gives a program types. */
const tracedProgram = 'interval:ms:20 { @a[1] = 1; for ($kv : @a) { @n += $kv.1 } }';

export const fentryCases: readonly KernelCase[] = [
  {
    name: 'entry and exit give the time between them',
    needs: trampolines,
    args: child(
      'fentry:vfs_read /pid == cpid/ { @s[tid] = nsecs } fexit:vfs_read /@s[tid]/ { @ns = hist(nsecs - @s[tid]); delete(@s[tid]) }',
    ),
    check: ({ stdout }) => expect(histogramTotal(stdout, '@ns')).toBeGreaterThanOrEqual(300),
  },
  {
    name: 'arguments and result have the types of the function',
    needs: trampolines,
    args: child(
      'fexit:vmlinux:vfs_read /pid == cpid && args.count == 1/ { @[args.count, retval, probe, func] = count() } fentry:vfs_r* /pid == cpid/ { @entered[func] = count() }',
    ),
    check: ({ stdout }) => {
      expect(mapValue(stdout, '@[1, 1, fexit:vmlinux:vfs_read, vfs_read]')).toBe(300);
      expect(mapValue(stdout, '@entered[vfs_read]')).toBeGreaterThanOrEqual(300);
    },
  },
  {
    name: 'negative results stay negative',
    needs: trampolines,
    args: [
      '-c',
      'cat /no/such/file',
      '-e',
      'fexit:do_sys_openat2 /pid == cpid && retval < 0/ { @[retval] = count() }',
    ],
    check: ({ stdout }) => expect(mapValue(stdout, '@[-2]')).toBeGreaterThanOrEqual(1),
  },
  {
    name: 'a struct three pointers deep',
    needs: trampolines,
    args: [
      '-c',
      'cat /etc/hostname',
      '-e',
      'fentry:vfs_open /pid == cpid/ { @[str(args.path.dentry.d_name.name), str(args.path.dentry.d_inode.i_sb.s_type.name)] = count() }',
    ],
    check: ({ stdout }) => expect(stdout).toMatch(/^@\[hostname, \w+\]: 1$/m),
  },
  {
    name: 'all arguments at once, and the old spellings',
    needs: trampolines,
    args: child(
      'kfunc:vfs_write /pid == cpid && args.count == 1/ { print(args); exit() } kretfunc:vfs_write { @ = count() }',
      3000,
    ),
    check: ({ stdout }) =>
      expect(stdout).toMatch(/\.file = 0x[0-9a-f]+, \.buf = 0x[0-9a-f]+, \.count = 1, \.pos = 0x/),
  },
  {
    name: 'kprobe, fentry and their returns agree',
    needs: [...trampolines, 'kprobe_pmu'],
    args: child(
      'kprobe:vfs_read /pid == cpid/ { @[1] = sum(arg2) } fentry:vfs_read /pid == cpid/ { @[2] = sum(args.count) } kretprobe:vfs_read /pid == cpid && retval < 1000/ { @r[1] = sum(retval) } fexit:vfs_read /pid == cpid && (uint64)retval < 1000/ { @r[2] = sum(retval) }',
    ),
    check: ({ stdout }) => {
      expect(mapValue(stdout, '@[1]')).toBeGreaterThanOrEqual(300);
      expect(mapValue(stdout, '@[2]')).toBe(mapValue(stdout, '@[1]'));
      expect(mapValue(stdout, '@r[2]')).toBe(mapValue(stdout, '@r[1]'));
    },
  },
  {
    name: 'a function of a module, by its name alone too',
    needs: [...trampolines, 'module_btf'],
    before: 'modprobe dummy numdummies=0',
    args: [
      '-c',
      'ip link add kscope1 type dummy',
      '-e',
      'fentry:dummy:dummy_dev_init { @[str(args.dev.name)] = count() } fexit:dummy_setup { @[probe] = count() }',
    ],
    check: ({ stdout }) => {
      expect(mapValue(stdout, '@[fexit:dummy:dummy_setup]')).toBe(1);
      expect(stdout).toMatch(/^@\[kscope1\]: 1$/m);
    },
  },
  {
    name: 'a BPF program that is loaded, and a function in it',
    needs: [...trampolines, 'get_func_ret', 'for_each_map_elem'],
    before: `echo 'until [ -e ${released} ]; do sleep 0.2; done' >/tmp/kscope-wait.sh; rm -f ${released}`,
    args: `kscope -c 'sh /tmp/kscope-wait.sh' -e '${tracedProgram}' >/dev/null 2>/tmp/kscope-log &
      until grep -q Attached /tmp/kscope-log; do sleep 0.2; done; kscope -l 'fentry:bpf:*';
      kscope -e 'fentry:bpf:* { @calls[func] = count() } fexit:bpf:*:*_1 { @[func, retval] = count() } interval:ms:1000 { exit() }';
      touch ${released}; wait`,
    after: `rm -f ${released} /tmp/kscope-wait.sh /tmp/kscope-log`,
    check: ({ stdout, stderr }) => {
      expect(stdout, stderr).toMatch(
        /^fentry:bpf:\d+:interval_ms_20_1\nfentry:bpf:\d+:interval_ms_20_1_loop_1$/m,
      );
      const calls = mapValue(stdout, '@calls[interval_ms_20_1]');
      expect(calls).toBeGreaterThan(3);
      // Attached one after the other, while the program runs.
      expect(Math.abs(mapValue(stdout, '@calls[interval_ms_20_1_loop_1]') - calls)).toBeLessThan(50);
      expect(mapValue(stdout, '@[interval_ms_20_1_loop_1, 0]')).toBeGreaterThan(3);
    },
  },
  {
    name: 'mistakes: a BPF program that is not there',
    needs: ['fentry'],
    args: ['-e', 'fentry:bpf:nosuch { @ = 1 }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(1);
      expect(stderr).toContain('No matches for fentry bpf:nosuch.');
    },
  },
  {
    name: 'mistakes: no such parameter',
    needs: trampolines,
    args: ['-e', 'fentry:vfs_read { @ = args.nosuch }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(1);
      expect(stderr).toContain("Can't find function parameter nosuch");
    },
  },
  {
    name: 'mistakes: the result at entry, and numbered arguments',
    needs: trampolines,
    args: ['-e', 'fentry:vfs_read { @ = retval; @b = arg0 }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(1);
      expect(stderr).toContain("Can't find a field $retval");
      expect(stderr).toContain('The arg0 builtin can only be used');
    },
  },
  {
    name: 'mistakes: no such function',
    needs: [],
    args: ['-e', 'fentry:nosuchfn { }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(1);
      expect(stderr).toContain('No matches for fentry nosuchfn.');
    },
  },
  {
    name: 'a kernel without fentry says so',
    needs: ['!fentry', 'btf'],
    args: ['-e', 'fentry:vfs_read { }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(1);
      expect(stderr).toContain('This kernel refuses fentry programs');
    },
  },
];
