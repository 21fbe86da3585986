/**
 * The numbers against the kernel: its own tracepoint must count a call that a program makes by number. Calls that
 * fail at once for arguments of all ones are made by the number in the table; if the number were another call's,
 * the tracepoint would not count it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { nativeKernel } from '../kernel/native.ts';
import { openPerfEvent, type PerfEvent } from '../kernel/perf-event.ts';
import { openTracefs } from '../kernel/tracefs.ts';
import { syscallNumber, syscallNumbers } from './syscalls.ts';

const kernel = nativeKernel();
const tracefs = openTracefs(kernel);

it('has every system call that the kernel traces', () => {
  const traced = tracefs.events('syscalls').flatMap((event) => event.match(/^sys_enter_(.+)/)?.[1] ?? []);
  expect(traced.length).toBeGreaterThan(300);
  expect(traced.filter((name) => syscallNumber(name) === undefined)).toEqual([]);
});

it('gives no number to two calls', () => {
  const numbers = [...syscallNumbers().values()];
  expect(new Set(numbers).size).toBe(numbers.length);
});

it('agrees with the header of the C library for the calls it knows', () => {
  const names = [
    'read',
    'openat',
    'clone3',
    'getrandom',
    'futex_waitv',
    'io_uring_enter',
    'process_mrelease',
  ];
  const source = `#include <asm/unistd.h>\n${names.map((name) => `__NR_${name}`).join('\n')}\n`;
  const text = execFileSync('gcc', ['-E', '-P', '-'], { input: source, encoding: 'utf8' });
  expect(names.map((name) => String(syscallNumber(name)))).toEqual(text.trim().split('\n'));
});

/** Calls younger than most headers, and calls whose tracepoint has another name. */
const checked = [
  ...['cachestat', 'fchmodat2', 'futex_wake', 'statmount', 'listmount', 'lsm_get_self_attr'],
  ...['lsm_set_self_attr', 'lsm_list_modules', 'mseal', 'setxattrat', 'getxattrat', 'listxattrat'],
  ...['removexattrat', 'open_tree_attr', 'file_getattr', 'file_setattr', 'futex_requeue', 'futex_wait'],
  ...['newstat', 'newfstat', 'newlstat', 'newuname', 'sendfile64', 'umount', 'pread64', 'fadvise64'],
];

const caller = `
import ctypes, sys
libc = ctypes.CDLL(None)
sys.stdin.readline()
for number in sys.argv[1:]:
    for _ in range(3): libc.syscall(int(number), -1, -1, -1, -1, -1, -1)
`;
const enable = 0x2400;

it('names the calls as the tracepoints of this kernel do', async () => {
  const present = checked.filter((name) => tracefs.eventId('syscalls', `sys_enter_${name}`) !== undefined);
  expect(present.length).toBeGreaterThan(7);
  const numbers = present.map((name) => String(syscallNumber(name)));
  const child = spawn('python3', ['-c', caller, ...numbers], { stdio: ['pipe', 'ignore', 'inherit'] });
  const counters = present.map((name) => {
    const spec = {
      kind: 'tracepoint',
      id: tracefs.eventId('syscalls', `sys_enter_${name}`) ?? 0,
      name,
    } as const;
    const event = openPerfEvent(kernel, spec, { pid: child.pid ?? 0 });
    kernel.ioctl(event.fd, enable, 0);
    return { name, event, before: count(event) };
  });
  child.stdin.end('\n');
  await once(child, 'exit');
  const wrong = counters.filter(({ event, before }) => count(event) - before < 3n);
  for (const { event } of counters) event.close();
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

function count(event: PerfEvent): bigint {
  const value = new BigUint64Array(1);
  kernel.read(event.fd, new Uint8Array(value.buffer));
  return value[0] ?? 0n;
}
