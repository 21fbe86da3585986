/** Real output with -f json, records of every kind, against the schema that docs/ publishes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Schema, valid } from '../support/json-schema.ts';
import { cannotTrace, type RunOptions, trace } from './harness.ts';

const schema: Schema = JSON.parse(
  readFileSync(new URL('../../docs/json-output.schema.json', import.meta.url), 'utf8'),
);

async function kindsOf(program: string, options: RunOptions = {}): Promise<ReadonlySet<string>> {
  const { stdout } = await trace(program, { ...options, args: ['-f', 'json', ...(options.args ?? [])] });
  const lines = stdout.split('\n').filter((line) => line !== '');
  expect(lines.filter((line) => !valid(JSON.parse(line), schema))).toEqual([]);
  return new Set(lines.map((line) => JSON.parse(line).type));
}

const everything = `
config = { unstable_tseries = enable }
enum E { AA = 1 } struct S { int a; char n[4]; }
let @full = hash(1);
begin {
  print((uint64)-1); print((1, "x", true)); print((a=1, b=AA)); print(buf("x\\xff", 2)); print(kstack(2)); print(ntop(1));
  print(ratio(1, 3)); print(*(struct S *)curtask); print(strftime("%Y", nsecs)); print(username);
  printf("%d\\n", 1); time(); cat("/proc/sys/kernel/ostype"); join(0); system("echo x"); errorf("e"); warnf("w");
  @s = "text"; @i = 1; @k["a b", (1, 2)] = (1, "x"); @stack[kstack(1)] = 1; @big = (uint64)-1;
  @av = avg(4); @avs[1] = avg(-5); @st = stats(3); @sts["x"] = stats(3);
  @h = hist(-1); @h = hist(5); @hs["x"] = hist(5); @l = lhist(5, 0, 10, 5); @l = lhist(50, 0, 10, 5);
  @t = tseries(5, 1s, 3); @ts[1] = tseries(5, 1s, 3, "avg");
  print(@h, p50, p99_9); print(@hs, p50); clear(@h); print(@h); print(@h, p50);
  @full[1] = 1; @full[2] = 2; $zero = 0; print(1 / $zero); print(@full[7]);
}`;

describe.skipIf(cannotTrace)('records follow the schema', () => {
  test('of a run', async () => {
    const kinds = await kindsOf(everything, { args: ['--unsafe', '-k'] });
    expect([...kinds].sort()).toEqual([
      'attached_probes',
      'cat',
      'errorf',
      'helper_error',
      'hist',
      'join',
      'map',
      'percentiles',
      'printf',
      'runtime_error',
      'stats',
      'syscall',
      'time',
      'tseries',
      'value',
      'warnf',
    ]);
  });

  test('of tests and benchmarks', async () => {
    const tests = await kindsOf('test:good { printf("x"); } test:bad { assert(1 == 2, "no"); }', {
      args: ['--test'],
    });
    expect(tests).toContain('test_result');
    expect(await kindsOf('bench:b { @ = count(); }', { args: ['--bench'] })).toContain('benchmark_result');
  });

  test('of lost events', async () => {
    const program =
      'config = { perf_rb_pages = 1 } t:syscalls:sys_enter_write /comm == "dd"/ { printf("%s\\n", "0123456789012345678901234567890") }';
    const kinds = await kindsOf(program, {
      args: ['-c', 'dd if=/dev/zero of=/dev/null bs=1 count=200000 status=none'],
    });
    expect(kinds).toContain('lost_events');
  });
});

test('the schema refuses other records', () => {
  const wrong = [
    { type: 'nosuch' },
    { type: 'value' },
    { type: 'printf', data: 1 },
    { type: 'map', data: { name: 1 } },
    { type: 'hist', data: { '@h': [{ min: 'x', count: 1 }] } },
    { type: 'stats', data: { '@s': { count: 1, average: 'none' } } },
    { type: 'lost_events', count: 0, data: { events: 0 } },
  ];
  expect(wrong.filter((record) => valid(record, schema))).toEqual([]);
});
