import { afterEach, describe, expect, it } from 'vitest';
import { InternalError } from '../base/assert.ts';
import { BpfCommand } from '../kernel/bpf-constants.ts';
import { Errno } from '../kernel/errno.ts';
import { UnsupportedFeatureError, VerifierError } from '../kernel/errors.ts';
import { FakeKernel } from '../kernel/fake-kernel.ts';
import { openDescriptors } from '../kernel/fd.ts';
import { attachTracing } from '../kernel/link.ts';
import {
  call,
  code,
  exit,
  insn,
  load64,
  load64Immediate,
  movImmediate,
  returnValue,
} from '../kernel/mini-code.ts';
import { nativeKernel } from '../kernel/native.ts';
import { enableRunStatistics, programInfo } from '../kernel/object-info.ts';
import type { FunctionSpec, MapSpec, Program } from '../program/program.ts';
import { load } from './load.ts';

const array: MapSpec = { name: 'data', type: 'array', keySize: 4, valueSize: 16, maxEntries: 1, flags: 0 };
const plain: FunctionSpec = {
  name: 'f',
  type: 'raw_tracepoint',
  code: returnValue(3),
  relocations: [],
  sourceMap: [],
};

function program(maps: readonly MapSpec[], functions: readonly FunctionSpec[]): Program {
  const nothing = {
    attachments: [],
    userMaps: [],
    events: [],
    ringBuffer: undefined,
    lossCounters: undefined,
  };
  return { maps, functions, ...nothing, license: 'GPL', sourceName: 'script.bt' };
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

afterEach(() => expect(openDescriptors().map((fd) => fd.what)).toEqual([]));

describe('loading into the kernel', () => {
  /** Returns the second u64 of map 0, and adds one to it. */
  const counter: FunctionSpec = {
    ...plain,
    code: code(load64Immediate(1, 0, 0), load64(0, 1, 0), movImmediate(2, 1), insn(0xdb, 1, 2, 0, 0), exit()),
    relocations: [{ instruction: 0, kind: 'map-value', map: 0, offset: 8 }],
  };

  it('fills maps and points code at them', () => {
    const initial = new Uint8Array(BigUint64Array.of(1n, 40n).buffer);
    using loaded = load(program([{ ...array, initial }], [counter]), nativeKernel());
    expect(loaded.functions[0]?.testRun().returned).toBe(40);
    expect(loaded.functions[0]?.testRun().returned).toBe(41);
    expect(new BigUint64Array((loaded.maps[0]?.lookup(new Uint8Array(4)) ?? initial).buffer)).toEqual(
      BigUint64Array.of(1n, 42n),
    );
  });

  it('leaves the compiled program as it was, so that it can be loaded twice', () => {
    const value = program([array], [counter]);
    const before = counter.code.slice();
    using first = load(value, nativeKernel());
    using second = load(value, nativeKernel());
    expect(counter.code).toEqual(before);
    first.functions[0]?.testRun();
    expect(second.functions[0]?.testRun().returned).toBe(0);
  });

  it('freezes constant tables, and the verifier believes them', () => {
    const initial = new Uint8Array(BigUint64Array.of(0n, 7n).buffer);
    const reader = { ...counter, code: code(load64Immediate(1, 0, 0), load64(0, 1, 0), exit()) };
    using loaded = load(program([{ ...array, initial, readOnly: true }], [reader]), nativeKernel());
    expect(loaded.functions[0]?.testRun().returned).toBe(7);
    expect(() => loaded.maps[0]?.update(new Uint8Array(4), initial)).toThrow(/EPERM/);
    expect(() => load(program([{ ...array, initial, readOnly: true }], [counter]), nativeKernel())).toThrow(
      VerifierError,
    );
  });

  it('starts every CPU of a per-CPU array with the same contents', () => {
    const initial = Uint8Array.from({ length: 24 }, (_, i) => i + 1);
    const spec: MapSpec = { ...array, type: 'percpu_array', valueSize: 12, maxEntries: 2, initial };
    using loaded = load(program([spec], []), nativeKernel());
    const [map] = loaded.maps;
    const second = map?.lookup(new Uint8Array([1, 0, 0, 0])) ?? new Uint8Array();
    for (let copy = 0; copy < (map?.copies ?? 1); copy++) {
      expect(second.subarray(copy * 16, copy * 16 + 12)).toEqual(initial.subarray(12));
    }
  });

  it('finds the target of a BTF raw tracepoint', () => {
    const tracing: FunctionSpec = {
      ...plain,
      type: 'tracing',
      tracing: { kind: 'raw_tp', target: 'sys_enter' },
    };
    const kernel = nativeKernel();
    using statistics = enableRunStatistics(kernel);
    using loaded = load(program([], [{ ...tracing, code: returnValue(0) }]), kernel);
    const [target] = loaded.functions;
    if (!target) throw new Error('not loaded');
    using _link = attachTracing(kernel, target, 'sys_enter');
    for (let i = 0; i < 50; i++) kernel.kill(process.pid, 0);
    expect(programInfo(kernel, target.fd).runCount).toBeGreaterThanOrEqual(50n);
    expect(statistics.isOpen).toBe(true);
  });

  it('names a tracepoint that does not exist', () => {
    const tracing: FunctionSpec = {
      ...plain,
      type: 'tracing',
      tracing: { kind: 'raw_tp', target: 'nonesuch' },
    };
    const error = thrownBy(() => load(program([array], [tracing]), nativeKernel()));
    expect(error).toBeInstanceOf(UnsupportedFeatureError);
    expect((error as Error).message).toMatch(/"nonesuch".*no typedef "btf_trace_nonesuch"/);
  });

  it('says what is missing on a kernel without BTF', () => {
    const tracing: FunctionSpec = { ...plain, type: 'tracing', tracing: { kind: 'iter', target: 'task' } };
    const loadIt = () => load(program([], [tracing]), nativeKernel(), { btf: () => undefined });
    expect(loadIt).toThrow(/CONFIG_DEBUG_INFO_BTF/);
  });

  it('tells a rejection with the line of the script, as our bug', () => {
    const sourceMap = [
      { instruction: 0, line: 1, column: 1 },
      { instruction: 1, line: 4, column: 9 },
      { instruction: 3, line: 5, column: 2 },
    ];
    const bad: FunctionSpec = {
      ...plain,
      code: code(movImmediate(1, 0), movImmediate(2, 0), call(9999), exit()),
      sourceMap,
    };
    const error = thrownBy(() => load(program([array], [plain, bad]), nativeKernel()));
    expect(error).toBeInstanceOf(VerifierError);
    expect((error as Error).message).toMatch(/\(script\.bt:4:9\).*invalid func unknown#9999.*bug in kscope/);
  });
});

describe('loading into a fake kernel', () => {
  it('gives back everything when the last step fails', () => {
    const kernel = new FakeKernel().fail(`bpf:${BpfCommand.BPF_PROG_LOAD}`, Errno.EPERM);
    expect(() => load(program([array, array], [plain]), kernel)).toThrow(/BPF_PROG_LOAD.*EPERM/);
    expect(kernel.openNumbers.size).toBe(0);
  });

  it.each([BpfCommand.BPF_MAP_FREEZE, BpfCommand.BPF_MAP_UPDATE_ELEM])(
    'closes a map that could not be filled (command %i)',
    (command) => {
      const kernel = new FakeKernel().fail(`bpf:${command}`, Errno.ENOMEM);
      const spec = { ...array, readOnly: true, initial: new Uint8Array(16) };
      expect(() => load(program([array, spec], []), kernel)).toThrow(/ENOMEM/);
      expect(kernel.openNumbers.size).toBe(0);
    },
  );

  it('closes in reverse, once', () => {
    const kernel = new FakeKernel();
    const loaded = load(program([array, array], [plain]), kernel);
    loaded.close();
    loaded.close();
    const closed = kernel.calls.filter((one) => one.name === 'close').map((one) => one.args[0]);
    expect(closed).toEqual([1002, 1001, 1000]);
  });

  it('takes a wrong relocation for a bug of ours', () => {
    const wrong: FunctionSpec = {
      ...plain,
      relocations: [{ instruction: 1, kind: 'map', map: 0, offset: 0 }],
    };
    expect(() => load(program([array], [wrong]), new FakeKernel())).toThrow(InternalError);
    const missing: FunctionSpec = {
      ...plain,
      code: code(load64Immediate(1, 0, 0), exit()),
      relocations: [{ instruction: 0, kind: 'map', map: 5, offset: 0 }],
    };
    expect(() => load(program([array], [missing]), new FakeKernel())).toThrow(/map 5/);
  });
});
