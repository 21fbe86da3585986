import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { BpfProgram } from '../../../kernel/bpf-program.ts';
import { attachIterator, attachTracing, openIterator } from '../../../kernel/link.ts';
import { RingBuffer } from '../../../kernel/ring-buffer.ts';
import { load } from '../../../loader/load.ts';
import { Memory } from '../../../runtime/decode/memory.ts';
import { compiled, heads, kernel, machineTarget, printer, run } from '../testing/run.ts';

/** What a program prints while something is done with it. */
function printed(source: string, work: (program: BpfProgram) => void): string {
  const program = compiled(source);
  const print = printer(program, {});
  using loaded = load(program, kernel);
  using ring = new RingBuffer(kernel, loaded.maps[program.ringBuffer!]!);
  work(loaded.functions[0]!);
  let text = '';
  ring.drain((_, bytes, offset, length) => {
    text += print(new Memory(bytes), offset, length);
  });
  return text;
}

/** On one BTF tracepoint. */
function traced(source: string, target: string, work: () => void): string {
  return printed(source, (program) => {
    using _link = attachTracing(kernel, program, target);
    work();
  });
}

/** Once over all objects. */
function iterated(source: string): string {
  return printed(source, (program) => {
    using link = attachIterator(kernel, program);
    using run = openIterator(kernel, link);
    readFileSync(run.number);
  });
}

describe('comm(pid)', () => {
  test('names another process where the kernel lets us look', () => {
    const text = traced(
      `rawtracepoint:sched_process_exec /pid != ${process.pid}/ { print(comm(${process.pid})); print(comm(-1)); }`,
      'sched_process_exec',
      () => spawnSync('/bin/true'),
    );
    const [name, missing] = text.split('\n');
    expect(['node', 'vitest', 'MainThread']).toContain(name?.slice(0, 10).replace(/ .*/, ''));
    expect(missing).toBe('N/A');
    expect(text).toContain('<warnf: No such process (pid=-1)>');
  });

  test('elsewhere is an error', () => {
    expect(heads('begin { print(comm(1)); print(comm("a")); }')).toEqual([
      'stdin:1:15-22: ERROR: Syntax comm(PID) is not supported in this probe type yet. Type: special',
      "stdin:1:31-40: ERROR: Only integer supported for comm()'s pid",
    ]);
  });
});

test('what the kernel has only for some probes', () => {
  expect(heads('begin { print(socket_cookie(1)); }')).toEqual([
    'stdin:1:15-31: ERROR: socket_cookie can not be used with "begin" probes',
  ]);
  expect(heads('begin { print(path(1)); }')).toEqual([
    "stdin:1:15-22: ERROR: The path function can only be used with 'fentry', 'fexit', 'iter' probes",
  ]);
  expect(heads('rawtracepoint:sched_switch { print(socket_cookie(args.next)); }')[0]).toMatch(
    /socket_cookie\(\) only supports 'struct sock \*' as the argument \(pointer provided\)/,
  );
  expect(heads('begin { skboutput("a.pcap", 0, 1, 2); }')).toEqual([
    'stdin:1:9-37: ERROR: skboutput() is not supported',
  ]);
});

test('socket_cookie of a real socket', () => {
  const text = traced(
    'rawtracepoint:inet_sock_set_state { printf("%d\\n", socket_cookie(args.sk) > 0); }',
    'inet_sock_set_state',
    () => {
      spawnSync('bash', ['-c', 'exec 3<>/dev/tcp/127.0.0.1/9'], { stdio: 'ignore' });
    },
  );
  expect(text.split('\n')).toContain('1');
});

describe('path', () => {
  test.runIf(machineTarget.has('iter'))('names the files of a process', () => {
    const file = openSync('/etc/hostname', 'r');
    try {
      const text = iterated(
        `iter:task_file { if (ctx.task.tgid == ${process.pid} && ctx.fd == ${file}) { print(path(ctx.file.f_path)); print(path(ctx.file.f_path, 64)); print(strlen(path(ctx.file.f_path))); } }`,
      );
      expect(text).toBe('/etc/hostname\n/etc/hostname\n13\n');
    } finally {
      closeSync(file);
    }
  });

  test('only of what the kernel knows', () => {
    expect(heads('iter:task { print(path(ctx.task.mm.exe_file.f_path)); }')[0]).toBe(
      'stdin:1:19-52: ERROR: path() needs a pointer that the kernel knows to be valid',
    );
    expect(
      heads('rawtracepoint:sched_process_exec { print(socket_cookie((struct sock *)5)); }')[0],
    ).toContain('socket_cookie() needs a pointer that the kernel knows to be valid');
    expect(heads('iter:task_file { print(path(5)); print(path(ctx.file.f_path, nsecs)); }')).toEqual([
      'stdin:1:24-31: ERROR: path() only supports pointer or C type argument (int provided)',
      'stdin:1:40-68: ERROR: path: invalid size value (must be non-negative literal)',
    ]);
  });
});

test('unwatch is asked of the session', () => {
  expect(run('begin { $x = (int64)0x1234; unwatch($x); }')).toBe('<unwatch 0x1234>\n');
  expect(heads('begin { unwatch("a"); }')).toEqual([
    'stdin:1:9-21: ERROR: unwatch() only supports int arguments (string provided)',
  ]);
});
