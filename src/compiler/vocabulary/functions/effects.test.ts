import { describe, expect, test } from 'vitest';
import { Machine } from '../../../bpf/interpreter/machine.ts';
import { load } from '../../../loader/load.ts';
import type { Target } from '../../../program/target.ts';
import { type CompileOptions, compile } from '../../compile.ts';
import {
  compiled,
  heads,
  interpret,
  kernel,
  machineTarget,
  run,
  runInKernel,
  simpleTarget,
} from '../testing/run.ts';

const unsafe: CompileOptions = { unsafe: true };
/** A machine of which only what every program asks for is known. */
const fixture: Target = {
  isa: 3,
  has: () => false,
  btf: undefined,
  possibleCpus: 1,
  pidNamespace: undefined,
  childPid: undefined,
  targetPid: undefined,
  startBootNs: 0n,
  tracepointFormat: () => undefined,
  tracepoints: () => [],
  rawTracepoints: () => [],
  syscallNumber: () => undefined,
  resolveBinary: () => [],
  userFunctions: () => [],
  usdtProbes: () => [],
  kernelSymbol: () => undefined,
};

describe('functions that change the system', () => {
  test('only with --unsafe', () => {
    expect(heads('t:sched:sched_switch { signal(9); system("ls"); override(1); }')).toEqual([
      'stdin:1:24-33: ERROR: signal() is unsafe. To use you need the --unsafe flag',
      'stdin:1:35-47: ERROR: system() is an unsafe function being used in safe mode',
      'stdin:1:49-60: ERROR: override() is unsafe. To use you need the --unsafe flag',
    ]);
    expect(run('begin { system("echo %d", 5); }', unsafe)).toBe('<system: echo 5>\n');
  });

  test('signals by name and number', () => {
    const source =
      'rawtracepoint:sys_enter { signal("KILL"); signal("SIGTERM"); signal_thread(10); @n = 3; signal(@n); }';
    const program = compiled(source, simpleTarget, unsafe);
    const machine = new Machine({ maps: program.maps });
    const { code, relocations } = program.functions[0]!;
    machine.run(code, relocations, { args: [0n, 0n] });
    expect(machine.signals.map(({ signal, thread }) => [signal, thread])).toEqual([
      [9, false],
      [15, false],
      [10, true],
      [3, false],
    ]);
    using loaded = load(compiled(source, undefined, unsafe), kernel);
    expect(loaded.functions.length).toBe(1);
  });

  test('what is no signal, and where none can be sent', () => {
    expect(heads('begin { signal(9); }', unsafe)).toEqual([
      'stdin:1:9-18: ERROR: signal() can not be used for this probetype special',
    ]);
    expect(
      heads('rawtracepoint:sys_enter { signal(65); signal("FOO"); signal((1,2)); override(1); }', unsafe),
    ).toEqual([
      'stdin:1:27-37: ERROR: signal() accepts a string literal or an integer between 1 and 64 (inclusive)',
      'stdin:1:39-52: ERROR: Invalid string for signal: FOO',
      'stdin:1:54-67: ERROR: signal() accepts a string literal or an integer between 1 and 64 (inclusive)',
      "stdin:1:69-80: ERROR: The override function can only be used with 'kprobe' probes",
    ]);
  });

  const canWrite = machineTarget.has('probe_write_user');
  test.runIf(canWrite)('write_user writes to the memory of the process', () => {
    const memory = Buffer.alloc(16, 'x');
    const address = `0x${kernel.addressOf(memory).toString(16)}`;
    const source = `begin { $v = (uint32)0x44434241; print(write_user(${address}, &$v, 4)); print(write_user(8, &$v, 4)); print(write_user(${address} + 8, "hey", 3)); }`;
    expect(runInKernel(source, unsafe)).toBe('true\nfalse\ntrue\n');
    expect(memory.toString('latin1')).toBe('ABCDxxxxheyxxxxx');
  });

  test.runIf(!canWrite)('a kernel that does not let programs write', () => {
    expect(heads('begin { write_user(8, "x", 1); }', unsafe)).toEqual([
      'stdin:1:9-30: ERROR: Missing required kernel feature: bpf_probe_write_user',
    ]);
  });

  test('write_user wants bytes of its own', () => {
    const target = { ...fixture, has: () => true };
    const source =
      'begin { $v = (uint32)1; write_user(8, &$v, 5); write_user(8, (int8*)4, 1); write_user("a", "b", 1); }';
    expect(
      compile(source, target, unsafe)
        .diagnostics.filter(({ severity }) => severity === 'error')
        .map(({ message }) => message),
    ).toEqual([
      'write_user() expects an int literal between 1 and 4 as the length',
      'write_user() expects a string, an array or the address of a variable as the second argument (pointer provided)',
      'write_user() only supports pointer arguments (string provided)',
    ]);
  });
});

describe('debugf', () => {
  test('writes to the trace pipe', () => {
    const program = compiled(
      'begin { @s = "text"; debugf("x %d %s %llx\\n", 5, @s, (uint64)-1); debugf("100%%\\n"); }',
      simpleTarget,
    );
    const machine = new Machine({ maps: program.maps });
    const { code, relocations } = program.functions[0]!;
    machine.run(code, relocations, { args: [] });
    expect(machine.printed).toEqual(['x 5 text ffffffffffffffff\n', '100%\n']);
    expect(runInKernel('begin { debugf("kscope %d\\n", 5); }')).toBe('');
  });

  test('and nothing the kernel can not format', () => {
    const warning =
      'WARNING: The debugf() builtin is not recommended for production use. For more information see bpf_trace_printk in bpf-helpers(7).';
    expect(heads('begin { debugf("x %d %d %d %d", 1,2,3,4); }')).toEqual([
      'stdin:1:9-41: ERROR: cannot use more than 3 conversion specifiers',
      `stdin:1:9-41: ${warning}`,
    ]);
    expect(heads('begin { debugf("x %c", 1); }')).toEqual([
      'stdin:1:16-22: ERROR: Invalid format specifier for `debugf`: c',
      `stdin:1:9-26: ${warning}`,
    ]);
  });
});

describe('tseries', () => {
  test('what it takes', () => {
    const errors = (call: string) =>
      heads(`begin { @a = ${call}; }`)
        .filter((one) => one.includes('ERROR'))
        .map((one) => one.replace(/^.*ERROR: /, ''));
    expect(errors('tseries(1, 1s)')).toEqual(['tseries() requires at least 3 arguments (2 provided)']);
    expect(errors('tseries(1, 1s, 0)')).toEqual(['tseries() num_intervals must be >= 1 (0 provided)']);
    expect(errors('tseries(1, 1s, 1000001)')).toEqual([
      'tseries() num_intervals must be < 1000000 (1000001 provided)',
    ]);
    expect(errors('tseries(1, 0, 5)')).toEqual(['tseries() interval_ns must be >= 1 (0 provided)']);
    expect(errors('tseries(1, nsecs, 5)')).toEqual([
      'tseries: invalid interval_ns value (must be non-negative literal)',
    ]);
    expect(errors('tseries(1, 1s, 5, "foo")')).toEqual([
      'tseries() expects one of the following aggregation functions: avg, max, min, sum ("foo" provided)',
    ]);
    expect(errors('tseries(1, 1s, 2000)')).toEqual([
      'tseries() can keep at most 1365 intervals on this kernel (2000 provided)',
    ]);
    expect(heads('config = { unstable_tseries=error } begin { @a=tseries(1,1s,5); }')).toEqual([
      'stdin:1:48-63: ERROR: tseries feature is not enabled by default. To enable this unstable feature, set the config flag to enable. unstable_tseries=enable',
    ]);
  });

  test('keeps a value for each interval', () => {
    const source = (combine: string) =>
      `config = { unstable_tseries = enable } begin { @a = tseries(5, 1s, 3${combine}); @a = tseries(-7, 1s, 3${combine}); @k[1] = tseries(2, 1s, 1365); }`;
    const entry = (combine: string): bigint[] => {
      const program = compiled(source(combine), simpleTarget);
      const machine = new Machine({ maps: program.maps, world: { nsecs: 4_500_000_000n, cpuCount: 1 } });
      const { code, relocations } = program.functions[0]!;
      machine.run(code, relocations, { args: [] });
      const { map } = program.userMaps.find(({ name }) => name === '@a')!;
      const bytes = machine.maps[map]!.entries()[0]!.values[0]!;
      return [...new BigInt64Array(bytes.slice().buffer).subarray(3, 6)];
    };
    expect(entry('')).toEqual([5n, -7n, 4_500_000_000n]);
    expect(entry(', "sum"')).toEqual([5n, -2n, 2n]);
    expect(entry(', "avg"')).toEqual([5n, -2n, 2n]);
    expect(entry(', "min"')).toEqual([5n, -7n, 2n]);
    expect(entry(', "max"')).toEqual([5n, 5n, 2n]);
    for (const combine of ['', ', "max"']) expect(runInKernel(source(combine))).toBe('');
  });
});

test('interpreter and kernel agree on a run without output', () => {
  expect(interpret('begin { }')).toBe('');
});
