/** Iterators, watchpoints, hardware counters, listings. */
import { expect } from 'vitest';
import { type KernelCase, mapValue } from '../case.ts';

export const iteratorCases: readonly KernelCase[] = [
  {
    name: 'tasks, each once',
    needs: ['iter'],
    args: ['-e', 'iter:task { @ = count(); printf("task %d %s\\n", ctx.task.pid, ctx.task.comm) }'],
    check: ({ stdout, status }) => {
      const ids = [...stdout.matchAll(/^task (\d+) /gm)].map((line) => line[1]);
      expect(status).toBe(0);
      expect(stdout).toMatch(/^task \d+ kscope$/m);
      expect(stdout).toMatch(/^task 2 kthreadd$/m);
      expect(new Set(ids).size).toBe(ids.length);
      expect(mapValue(stdout, '@')).toBe(ids.length);
    },
  },
  {
    name: 'open files, with the descriptor',
    needs: ['iter'],
    args: [
      '-e',
      'iter:task_file /ctx.task.comm == "kscope" && ctx.fd < 3/ { @[ctx.fd] = count(); @f = max(ctx.file.f_pos >= 0) }',
    ],
    check: ({ stdout }) =>
      expect([0, 1, 2].map((fd) => mapValue(stdout, `@[${fd}]`) > 0)).toEqual([true, true, true]),
  },
  {
    name: 'an iterator left in the BPF file system',
    needs: ['iter'],
    before: 'mkdir -p /sys/fs/bpf && (mountpoint -q /sys/fs/bpf || mount -t bpf bpf /sys/fs/bpf)',
    args: ['-e', 'iter:task:kscope_test { @ = count() }'],
    after: 'cat /sys/fs/bpf/kscope_test; rm /sys/fs/bpf/kscope_test',
    check: ({ status, stdout }) => {
      expect(status).toBe(0);
      expect(stdout).toContain('Program pinned to /sys/fs/bpf/kscope_test');
    },
  },
  {
    name: 'two iterators in one probe',
    needs: ['iter'],
    args: ['-e', 'iter:task,iter:task_file { }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(1);
      expect(stderr).toContain('iter probe only supports one attach point.');
    },
  },
  {
    name: 'an iterator that the kernel does not have',
    needs: ['btf'],
    args: ['-e', 'iter:nosuch { }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(1);
      expect(stderr).toContain('iter nosuch not available for your kernel version.');
    },
  },
];

/** A program with a counter at a known address, which it increments five times. */
const counterProgram = '/tmp/kscope-counter';
const counterAddress = '0x7000000';
const counterSource =
  '__attribute__((section("watched"))) volatile int counter = 1; int main(void) { for (int i = 0; i < 5; i++) counter++; return 0; }';

/** Waits for a byte, lets a thread do the increments, and waits again. */
const threadedProgram = '/tmp/kscope-threads';
const threadedSource = `
#include <pthread.h>
#include <unistd.h>
__attribute__((section("watched"))) volatile int counter = 1;
char byte;
static void *work(void *unused) { read(0, &byte, 1); for (int i = 0; i < 5; i++) counter++; return unused; }
int main(void) {
  pthread_t thread;
  pthread_create(&thread, 0, work, 0);
  pthread_join(thread, 0);
  return 0;
}`;
const build = (program: string, source: string) =>
  `cat <<'END' | gcc -x c -O1 -no-pie -static -Wl,--section-start=watched=${counterAddress} -o ${program} -\n${source}\nEND`;

/** Asks the debug registers without the kernel's perf events: what ptrace(2) sets, and how many traps come of it. */
const witnessSource = `
#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
volatile long counter;
int main(void) {
  int status, traps = 0, child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    for (int i = 0; i < 5; i++) counter++;
    _exit(0);
  }
  waitpid(child, &status, 0);
  ptrace(PTRACE_POKEUSER, child, offsetof(struct user, u_debugreg[0]), &counter);
  ptrace(PTRACE_POKEUSER, child, offsetof(struct user, u_debugreg[7]), 0x90001L);
  for (ptrace(PTRACE_CONT, child, 0, 0); waitpid(child, &status, 0) > 0 && WIFSTOPPED(status); traps++)
    ptrace(PTRACE_CONT, child, 0, 0);
  return traps;
}`;
const witness = `echo '${witnessSource}' | gcc -x c -O1 -o /tmp/kscope-traps - && { /tmp/kscope-traps; traps=$?; }`;

export const watchpointCases: readonly KernelCase[] = [
  {
    name: 'writes to a variable of a process',
    needs: ['watchpoints'],
    before: `${witness}; [ $traps = 5 ] && ${build(counterProgram, counterSource)}`,
    args: ['-c', counterProgram, '-e', `watchpoint:${counterAddress}:4:w { @ = count() }`],
    check: ({ stdout, stderr }) => expect(mapValue(stdout, '@'), stderr).toBeGreaterThanOrEqual(5),
  },
  {
    name: 'reads and writes by a thread that starts later',
    needs: ['watchpoints'],
    before: build(threadedProgram, threadedSource),
    args: ['-c', threadedProgram, '-e', `watchpoint:${counterAddress}:4:rw /pid != tid/ { @ = count() }`],
    check: ({ stdout, stderr }) => expect(mapValue(stdout, '@'), stderr).toBeGreaterThanOrEqual(10),
  },
  {
    name: 'a process that runs already, with its threads',
    needs: ['watchpoints'],
    before: build(threadedProgram, threadedSource),
    args: `rm -f /tmp/kscope-go; mkfifo /tmp/kscope-go; ${threadedProgram} </tmp/kscope-go & pid=$!; exec 3>/tmp/kscope-go;
      until [ $(ls /proc/$pid/task | wc -l) = 2 ]; do sleep 0.1; done;
      { until grep -q Attached /tmp/kscope-log; do sleep 0.1; done; echo >&3; } & : >/tmp/kscope-log;
      kscope -p $pid -e 'watchpoint:${counterAddress}:4:w { @[pid == tid] = count() }' 2>/tmp/kscope-log; rm /tmp/kscope-go /tmp/kscope-log`,
    check: ({ stdout, stderr }) => expect(mapValue(stdout, '@[false]'), stderr).toBe(5),
  },
  {
    name: 'a variable of the kernel, on every CPU',
    needs: ['watchpoints'],
    args: `address=$(grep ' jiffies_64$' /proc/kallsyms | cut -d' ' -f1);
      kscope -e "watchpoint:0x$address:8:w { @ = count(); if (@ > 9) { exit() } }"`,
    check: ({ stdout, stderr }) => expect(mapValue(stdout, '@'), stderr).toBeGreaterThanOrEqual(10),
  },
  {
    name: 'a machine that delivers no hits says so',
    needs: ['!watchpoints'],
    before: `${witness}; [ $traps = 0 ]`,
    args: ['-e', `watchpoint:${counterAddress}:4:w { @ = count() } interval:ms:10 { exit() }`],
    check: ({ status, stdout, stderr }) => {
      expect(status).toBe(0);
      expect(stdout + stderr).toContain('WARNING: This machine does not deliver hits of watchpoints');
    },
  },
  {
    name: 'what is no more',
    needs: [],
    args: ['-e', 'asyncwatchpoint:0x1000:8:w { } watchpoint:main+arg1:8:w { }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(1);
      expect(stderr).toContain('Invalid probe type: asyncwatchpoint');
      expect(stderr).toContain('Invalid function/address argument: invalid integer: main+arg1');
    },
  },
  {
    name: 'mistakes',
    needs: [],
    args: [
      '-e',
      'watchpoint:0x1000:3:w { } watchpoint:0:8:w { } watchpoint:0x1000:8:q { } watchpoint:0x1000:8:rwx { } watchpoint:0x1000:8:ww { }',
    ],
    check: ({ status, stderr }) => {
      expect(status).toBe(1);
      for (const text of [
        'watchpoint length must be one of (1,2,4,8)',
        'watchpoint must be attached to a non-zero address',
        'watchpoint mode must be combination of (r,w,x)',
        'invalid watchpoint mode: rwx',
        'supported modes: x,w,rw',
        'watchpoint modes may not be duplicated',
      ]) {
        expect(stderr).toContain(text);
      }
    },
  },
];

export const hardwareCases: readonly KernelCase[] = [
  {
    name: 'a machine without counters says so',
    needs: ['!hardware_events'],
    args: ['-e', 'hardware:cpu-cycles { @ = count() }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(255);
      expect(stderr).toContain('This machine gives no access to hardware counters');
    },
  },
  {
    name: 'cycles are counted',
    needs: ['hardware_events'],
    args: ['-e', 'hardware:cpu-cycles:100000 { @ = count() } interval:s:1 { exit() }'],
    check: ({ stdout }) => expect(mapValue(stdout, '@')).toBeGreaterThan(0),
  },
  {
    name: 'an event that does not exist',
    needs: [],
    args: ['-e', 'hardware:nosuch { }'],
    check: ({ status, stderr }) => {
      expect(status).toBe(1);
      expect(stderr).toContain('nosuch is not a hardware probe');
    },
  },
];

/** Makes calls through the 32-bit entry, where number 20 is getpid; natively it is writev. */
const compatSource = `
#include <unistd.h>
#include <sys/syscall.h>
int main(void)
{
	for (int i = 0; i < 10; i++) syscall(SYS_getppid);
	for (int i = 0; i < 10; i++) { long n = 20; __asm__ volatile("int $0x80" : "+a"(n) : : "memory"); }
	return 0;
}`;

export const syscallCases: readonly KernelCase[] = [
  {
    name: 'calls through the 32-bit entry are not taken for native ones',
    needs: ['raw_tracepoint'],
    before: `cat >/tmp/compat-calls.c <<'END'${compatSource}\nEND\ngcc -o /tmp/compat-calls /tmp/compat-calls.c`,
    args: [
      '-c',
      '/tmp/compat-calls',
      '-e',
      't:syscalls:sys_enter_getppid,t:syscalls:sys_enter_writev,t:syscalls:sys_exit_writev /pid == cpid/ { @[probe] = count() }',
    ],
    after: 'rm -f /tmp/compat-calls /tmp/compat-calls.c',
    check: ({ stdout }) => {
      expect(mapValue(stdout, '@[tracepoint:syscalls:sys_enter_getppid]')).toBe(10);
      expect(stdout).not.toContain('writev');
    },
  },
];

export const listingCases: readonly KernelCase[] = [
  {
    name: 'kernel probes by pattern',
    needs: ['btf'],
    args: ['-l', 'kprobe:vfs_read,fentry:vfs_read,fexit:vfs_read,iter:task,hardware:cpu-cycles:'],
    check: ({ stdout }) =>
      expect(stdout.split('\n').filter(Boolean)).toEqual([
        'kprobe:vfs_read',
        'fentry:vmlinux:vfs_read',
        'fentry:vmlinux:vfs_read',
        'iter:task',
        'hardware:cpu-cycles:',
      ]),
  },
  {
    name: 'kernel probes with their arguments',
    needs: ['btf'],
    args: ['-lv', 'fentry:vfs_open,fexit:vfs_open,kprobe:vfs_open,iter:task'],
    check: ({ stdout }) =>
      expect(stdout.split('\n').filter(Boolean)).toEqual([
        'fentry:vmlinux:vfs_open',
        '    const struct path * path',
        '    struct file * file',
        'fentry:vmlinux:vfs_open',
        '    const struct path * path',
        '    struct file * file',
        '    int retval',
        'kprobe:vfs_open',
        '    const struct path * arg0',
        '    struct file * arg1',
        'iter:task',
        '    struct task_struct * task',
      ]),
  },
];
