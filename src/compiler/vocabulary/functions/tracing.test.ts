import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { attachTracing } from '../../../kernel/link.ts';
import { RingBuffer } from '../../../kernel/ring-buffer.ts';
import { load } from '../../../loader/load.ts';
import { Memory } from '../../../runtime/decode/memory.ts';
import { compiled, heads, kernel, printer } from '../testing/run.ts';

/** What a program on one BTF tracepoint prints while something runs. */
function traced(source: string, target: string, work: () => void): string {
  const program = compiled(source);
  const print = printer(program, {});
  using loaded = load(program, kernel);
  using ring = new RingBuffer(kernel, loaded.maps[program.ringBuffer!]!);
  {
    using _link = attachTracing(kernel, loaded.functions[0]!, target);
    work();
  }
  let text = '';
  ring.drain((_, bytes, offset, length) => {
    text += print(new Memory(bytes), offset, length);
  });
  return text;
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
