import { afterEach, describe, expect, it } from 'vitest';
import { createMap } from './bpf-map.ts';
import { loadProgram } from './bpf-program.ts';
import { Errno } from './errno.ts';
import { FakeKernel } from './fake-kernel.ts';
import { closeAll, openDescriptors } from './fd.ts';
import {
  addImmediate,
  call,
  code,
  exit,
  insn,
  load64,
  load64Immediate,
  movImmediate,
  movRegister,
} from './mini-code.ts';
import { nativeKernel } from './native.ts';
import { RingBuffer } from './ring-buffer.ts';

const ringSpec = (sizeBytes: number) =>
  ({ name: 'ring', type: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: sizeBytes, flags: 0 }) as const;
const helperOutput = 130;
const helperReserve = 131;
const helperSubmit = 132;
const helperDiscard = 133;

/** A ring, and a program that writes its u64 context argument `copies` times into it, returning the last status. */
function writer(sizeBytes: number, copies = 1) {
  const kernel = nativeKernel();
  const map = createMap(kernel, ringSpec(sizeBytes));
  const write = [
    ...[load64Immediate(1, 1, map.fd), movRegister(2, 10), addImmediate(2, -8)],
    ...[movImmediate(3, 8), movImmediate(4, 0), call(helperOutput)],
  ];
  const store = [load64(6, 1, 0), insn(0x7b, 10, 6, -8)];
  const program = loadProgram(kernel, {
    name: 'writer',
    type: 'raw_tracepoint',
    license: 'GPL',
    code: code(...store, ...Array.from({ length: copies }, () => write).flat(), exit()),
  });
  const ring = new RingBuffer(kernel, map);
  const close = () => closeAll([map, program, ring]);
  const emit = (value: number) =>
    program.testRun(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)).returned;
  return { kernel, map, ring, emit, close, [Symbol.dispose]: close };
}

function drained(ring: RingBuffer, maxRecords?: number): number[] {
  const seen: number[] = [];
  ring.drain((view, _bytes, offset, length) => {
    seen.push(length === 8 ? view.getUint32(offset, true) : -1);
  }, maxRecords);
  return seen;
}

afterEach(() => expect(openDescriptors().map((fd) => fd.what)).toEqual([]));

describe('a ring buffer', () => {
  it('delivers what a program writes, in order and once', () => {
    using w = writer(4096);
    expect(drained(w.ring)).toEqual([]);
    for (const value of [1, 2, 3]) w.emit(value);
    expect(w.ring.pendingBytes).toBe(48);
    expect(drained(w.ring, 2)).toEqual([1, 2]);
    expect(drained(w.ring)).toEqual([3]);
    expect(drained(w.ring)).toEqual([]);
  });

  it('survives many turns of the ring, without losing or repeating a record', () => {
    using w = writer(4096, 3);
    let next = 0;
    for (let turn = 0; turn < 150; turn++) {
      const first = next;
      for (let i = 0; i < 1 + (turn % 80); i++) w.emit(next++);
      const expected = Array.from({ length: (next - first) * 3 }, (_, i) => first + Math.floor(i / 3));
      expect(drained(w.ring)).toEqual(expected);
    }
  });

  it('gives the space back only as it is consumed', () => {
    using w = writer(4096);
    let written = 0;
    while ((w.emit(written) | 0) === 0) written++;
    expect(written).toBeGreaterThan(250);
    expect(drained(w.ring).length).toBe(written);
    expect(w.emit(0) | 0).toBe(0);
  });

  it('goes on with the next record after a handler has thrown', () => {
    using w = writer(4096);
    w.emit(1);
    w.emit(2);
    expect(() =>
      w.ring.drain(() => {
        throw new Error('mine');
      }),
    ).toThrow('mine');
    expect(drained(w.ring)).toEqual([2]);
  });

  it('may be closed by its handler', () => {
    const w = writer(4096);
    w.emit(1);
    w.emit(2);
    expect(w.ring.drain(() => w.close())).toBe(1);
    expect(w.ring.drain(() => {})).toBe(0);
    expect(w.ring.pendingBytes).toBe(0);
  });

  it('waits in poll until something was written', () => {
    using w = writer(4096);
    expect(w.ring.poll(0)).toBe(false);
    w.emit(1);
    expect(w.ring.poll(1000)).toBe(true);
    drained(w.ring);
    expect(w.ring.poll(0)).toBe(false);
  });

  it('calls back from the event loop', async () => {
    using w = writer(4096);
    const seen: number[] = [];
    const both = new Promise<void>((resolve) => {
      w.ring.watch(() => {
        seen.push(...drained(w.ring));
        if (seen.length === 1) setTimeout(() => w.emit(6), 5);
        else resolve();
      });
    });
    w.emit(5);
    await both;
    expect(seen).toEqual([5, 6]);
  });

  it('rests between two calls back, but not while the ring is full', async () => {
    using w = writer(4096);
    const times: number[] = [];
    await new Promise<void>((resolve) => {
      w.ring.watch(() => {
        times.push(performance.now());
        if (times.length > 1) drained(w.ring);
        if (times.length === 2) w.emit(1);
        if (times.length === 3) resolve();
      }, 30);
      for (let i = 0; i < 200; i++) w.emit(i);
    });
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeLessThan(20);
    expect(third - second).toBeGreaterThan(25);
  });

  it('keeps nothing alive once it is closed in its own call back', async () => {
    const w = writer(4096);
    w.emit(1);
    await new Promise<void>((resolve) => {
      w.ring.watch(() => {
        w.close();
        resolve();
      }, 5);
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(w.ring.pendingBytes).toBe(0);
  });

  it('skips discarded records', () => {
    const kernel = nativeKernel();
    using map = createMap(kernel, ringSpec(4096));
    const reserve = [
      load64Immediate(1, 1, map.fd),
      movImmediate(2, 16),
      movImmediate(3, 0),
      call(helperReserve),
    ];
    const finish = (helper: number) => [
      insn(0x55, 0, 0, 2),
      movImmediate(0, 0),
      exit(),
      movRegister(1, 0),
      movImmediate(2, 0),
      call(helper),
    ];
    const fill = [
      insn(0x55, 0, 0, 2),
      movImmediate(0, 0),
      exit(),
      insn(0x7a, 0, 0, 0, 77),
      insn(0x7a, 0, 0, 8, 78),
    ];
    const submit = [movRegister(1, 0), movImmediate(2, 0), call(helperSubmit)];
    const body = [
      ...reserve,
      ...finish(helperDiscard),
      ...reserve,
      ...fill,
      ...submit,
      movImmediate(0, 0),
      exit(),
    ];
    using program = loadProgram(kernel, {
      name: 'd',
      type: 'raw_tracepoint',
      license: 'GPL',
      code: code(...body),
    });
    using ring = new RingBuffer(kernel, map);
    program.testRun();
    const seen: number[] = [];
    expect(
      ring.drain((view, _bytes, at, length) =>
        seen.push(length, view.getUint32(at, true), view.getUint32(at + 8, true)),
      ),
    ).toBe(1);
    expect(seen).toEqual([16, 77, 78]);
  });

  it('drains at least three million small records a second', () => {
    using w = writer(1 << 20, 400);
    let sum = 0;
    let elapsedMs = 0;
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 150; i++) w.emit(1);
      const start = performance.now();
      w.ring.drain((view, _bytes, offset) => {
        sum += view.getUint32(offset, true);
      });
      elapsedMs += performance.now() - start;
    }
    expect(sum).toBe(40 * 150 * 400);
    expect(sum / elapsedMs / 1000).toBeGreaterThan(3);
  });
});

describe('a ring buffer in a fake kernel', () => {
  it('stops at a record that is still being written', () => {
    const kernel = new FakeKernel();
    using map = createMap(kernel, ringSpec(4096));
    const memory: ArrayBuffer[] = [];
    kernel.view = (_address, length) => {
      const buffer = new ArrayBuffer(length);
      memory.push(buffer);
      return buffer;
    };
    using ring = new RingBuffer(kernel, map);
    const [own, data] = memory;
    if (!own || !data) throw new Error('not mapped');
    const header = new Uint32Array(data, data.byteLength - 2 * 4096);
    new Uint32Array(data)[0] = 32;
    header[0] = 8;
    header[4] = (8 | (1 << 31)) >>> 0;
    expect(ring.drain(() => {})).toBe(1);
    expect(new BigUint64Array(own)[0]).toBe(16n);
    header[4] = 8;
    expect(ring.drain(() => {})).toBe(1);
    expect(new BigUint64Array(own)[0]).toBe(32n);
  });

  it('counts positions past 4 GiB', () => {
    const kernel = new FakeKernel();
    using map = createMap(kernel, ringSpec(4096));
    const start = (1n << 32n) - 16n;
    const memory: ArrayBuffer[] = [];
    kernel.view = (_address, length) => {
      const buffer = new ArrayBuffer(length);
      new BigUint64Array(buffer)[0] = start;
      memory.push(buffer);
      return buffer;
    };
    using ring = new RingBuffer(kernel, map);
    const [own, data] = memory;
    if (!own || !data) throw new Error('not mapped');
    const header = new Uint32Array(data, data.byteLength - 2 * 4096);
    header[Number(start % 4096n) / 4] = 8;
    header[0] = 8;
    new BigUint64Array(data)[0] = start + 32n;
    expect(ring.drain(() => {})).toBe(2);
    expect(new BigUint64Array(own)[0]).toBe(start + 32n);
  });

  it('leaves nothing mapped when the second mapping fails', () => {
    const kernel = new FakeKernel();
    using map = createMap(kernel, ringSpec(4096));
    kernel.on('mmap', ([, , , offset]) => (offset === 0 ? undefined : -Errno.ENOMEM));
    expect(() => new RingBuffer(kernel, map)).toThrow(/mmap of ring buffer "ring": ENOMEM/);
    expect(kernel.countOf('munmap')).toBe(1);
  });
});
