/** The order of a session's steps and what it gives back, on a kernel that records and fails on demand. */
import { afterEach, describe, expect, it } from 'vitest';
import { BpfCommand } from '../kernel/bpf-constants.ts';
import { Errno } from '../kernel/errno.ts';
import { FakeKernel } from '../kernel/fake-kernel.ts';
import { openDescriptors } from '../kernel/fd.ts';
import { returnValue } from '../kernel/mini-code.ts';
import { nativeKernel } from '../kernel/native.ts';
import { MessageOutput } from '../output/message-output.ts';
import type { Message } from '../output/protocol.ts';
import type { Attachment, AttachPointSpec, FunctionSpec, Program } from '../program/program.ts';
import { Session } from './session.ts';

afterEach(() => expect(openDescriptors().map((fd) => fd.what)).toEqual([]));

const nothing: FunctionSpec = {
  name: 'nothing',
  type: 'raw_tracepoint',
  code: returnValue(0),
  relocations: [],
  sourceMap: [],
};

function attachment(probe: string, point: AttachPointSpec): Attachment {
  return { function: 0, point, probes: [probe], via: 'test' };
}

const begin = attachment('begin', { kind: 'test-run', when: 'begin' });
const end = attachment('end', { kind: 'test-run', when: 'end' });
const switched = attachment('rawtracepoint:vmlinux:sched_switch', {
  kind: 'raw-tracepoint',
  name: 'sched_switch',
});
const unknown = attachment('rawtracepoint:vmlinux:nosuch', { kind: 'raw-tracepoint', name: 'nosuch_event' });

function program(...attachments: readonly Attachment[]): Program {
  return {
    maps: [
      { name: 'events', type: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: 4096, flags: 0 },
      { name: 'losses', type: 'array', keySize: 4, valueSize: 24, maxEntries: 1, flags: 0 },
      { name: 'AT_x', type: 'array', keySize: 4, valueSize: 16, maxEntries: 1, flags: 0 },
    ],
    functions: [nothing],
    attachments,
    userMaps: [
      {
        name: '@x',
        map: 2,
        scalar: true,
        key: undefined,
        value: { kind: 'int', size: 8, signed: true },
        presenceOffset: 8,
        valueOffset: 0,
        perCpu: false,
      },
    ],
    events: [],
    ringBuffer: 0,
    lossCounters: 1,
    license: 'GPL',
    sourceName: 'stdin',
  };
}

function collected(): { readonly messages: Message[]; readonly output: MessageOutput } {
  const messages: Message[] = [];
  return { messages, output: new MessageOutput((message) => messages.push(message)) };
}

/** Its maps are empty: the batch command is refused, and there is no first key. */
function recordingKernel(): FakeKernel {
  const kernel = new FakeKernel();
  kernel.fail(`bpf:${BpfCommand.BPF_MAP_LOOKUP_BATCH}`, Errno.EINVAL);
  return kernel.fail(`bpf:${BpfCommand.BPF_MAP_GET_NEXT_KEY}`, Errno.ENOENT);
}

const interesting: ReadonlyMap<number, string> = new Map([
  [BpfCommand.BPF_MAP_CREATE, 'map'],
  [BpfCommand.BPF_PROG_LOAD, 'load'],
  [BpfCommand.BPF_PROG_TEST_RUN, 'test run'],
  [BpfCommand.BPF_RAW_TRACEPOINT_OPEN, 'link'],
]);

describe('on a recording kernel', () => {
  it('runs begin before it attaches, and end after it detached', async () => {
    const kernel = recordingKernel();
    const { messages, output } = collected();
    const order: string[] = [];
    kernel.on('bpf', ([command]) => {
      const step = interesting.get(Number(command));
      if (step !== undefined) order.push(step);
      return undefined;
    });
    kernel.on('close', () => {
      order.push('close');
      return undefined;
    });
    using session = Session.open(program(end, switched, begin), { kernel, output });
    expect(session.attach()).toBe(3);
    session.stop();
    expect(await session.run()).toBe(0);
    expect(order).toEqual(['map', 'map', 'map', 'load', 'test run', 'link', 'close', 'test run']);
    expect(messages.map(({ type }) => type)).toEqual(['attached', 'stopped', 'end']);
  });

  it('attaches tracepoints in order and user probes last first', () => {
    const kernel = recordingKernel();
    const uprobe = (path: string): Attachment =>
      attachment(path, { kind: 'uprobe', path, return: false, targets: [{ offset: 1n }] });
    const tried: string[] = [];
    const multi: FunctionSpec = { ...nothing, type: 'kprobe', expectedAttach: 'uprobe_multi' };
    const both = { ...program(uprobe('a'), switched, uprobe('b')), functions: [multi] };
    using session = Session.open(both, {
      kernel,
      output: collected().output,
      onAttach: ({ probes }) => tried.push(...probes),
    });
    session.attach();
    expect(tried).toEqual([...switched.probes, 'b', 'a']);
  });

  it('gives everything back, whichever call fails', async () => {
    const counting = recordingKernel();
    await runOnce(counting);
    const total = counting.calls.length;
    expect(total).toBeGreaterThan(15);
    for (let failing = 0; failing < total; failing++) {
      const kernel = recordingKernel();
      failCall(kernel, failing);
      await runOnce(kernel).catch(() => {});
      expect([...kernel.openNumbers], `descriptors left when call ${failing} failed`).toEqual([]);
      expect(kernel.countOf('mmap') - failedMappings(kernel)).toBe(kernel.countOf('munmap'));
    }
  });

  it('says which probe was refused, and why', () => {
    const kernel = recordingKernel().fail(`bpf:${BpfCommand.BPF_RAW_TRACEPOINT_OPEN}`, Errno.EPERM);
    using session = Session.open(program(switched), { kernel, output: collected().output });
    expect(() => session.attach()).toThrow(
      expect.objectContaining({
        message: 'Unable to attach probe: rawtracepoint:vmlinux:sched_switch',
        cause: expect.objectContaining({ name: 'SyscallError', errnoName: 'EPERM' }),
      }),
    );
  });
});

async function runOnce(kernel: FakeKernel): Promise<void> {
  using session = Session.open(program(begin, switched, end), { kernel, output: collected().output });
  session.attach();
  session.stop();
  await session.run();
}

const failures = new WeakMap<FakeKernel, string>();

/** The call of that number fails with EPERM; close and munmap cannot fail in a way that matters. */
function failCall(kernel: FakeKernel, number: number): void {
  let count = 0;
  for (const name of ['bpf', 'mmap', 'perfEventOpen', 'epollCreate', 'ioctl', 'setThreadName']) {
    kernel.on(name, () => {
      if (count++ !== number) return undefined;
      failures.set(kernel, name);
      return -Errno.EPERM;
    });
  }
}

function failedMappings(kernel: FakeKernel): number {
  return failures.get(kernel) === 'mmap' ? 1 : 0;
}

describe('on this kernel', () => {
  const kernel = nativeKernel();

  it('goes on without a probe when the script says so', async () => {
    const { messages, output } = collected();
    using session = Session.open(program(unknown, switched), {
      kernel,
      output,
      settings: { missingProbes: 'warn' },
    });
    expect(session.attach()).toBe(1);
    session.stop();
    await session.run();
    const logs = messages.flatMap((message) => (message.type === 'log' ? [message.text] : []));
    expect(logs).toEqual([
      expect.stringContaining('There is no raw tracepoint "nosuch_event" in this kernel'),
      'Unable to attach probe: rawtracepoint:vmlinux:nosuch. Skipping.',
    ]);
  });

  it('ends at once when there is nothing to wait for', async () => {
    const { messages, output } = collected();
    using session = Session.open(program(begin, end), { kernel, output });
    session.attach();
    await session.run();
    expect(messages.map(({ type }) => type)).toEqual(['attached', 'stopped', 'end']);
  });

  it('reads a map that was never written, and knows no other', () => {
    using session = Session.open(program(begin), { kernel, output: collected().output });
    expect(session.mapNames).toEqual(['@x']);
    expect(session.readMap('@x')).toMatchObject({ kind: 'integer', rows: [{ value: 0n }] });
    expect(() => session.readMap('@y')).toThrow('the program has no map @y');
  });

  it('can be closed twice, and while it runs', async () => {
    const session = Session.open(program(switched), { kernel, output: collected().output });
    session.attach();
    const running = session.run();
    setTimeout(() => session.close(), 20);
    expect(await running).toBe(0);
    session.close();
  });
});
