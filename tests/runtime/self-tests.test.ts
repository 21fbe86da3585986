/** Programs that test and measure themselves, and what a signal to the tracer does. */
import { expect, it } from 'vitest';
import { Tracer, trace } from './harness.ts';
import { describeTracing } from './support.ts';

const tests = `begin { printf("from begin\\n"); }
test:ok { printf("hidden\\n"); @a = 1; }
test:bad { printf("shown\\n"); return 1; }
test:err { errorf("oops"); }
test:ex { exit(); }
end { printf("end\\n"); }`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours
const plain = (text: string) => text.replaceAll(/\x1b\[\d+m/g, '').replaceAll(/\(\d+ \S+\)/g, '(T)');

describeTracing('--test', () => {
  it('runs the tests and fails when one does', async () => {
    const { stdout, stderr, status } = await trace(tests, { args: ['--test'] });
    expect(plain(stdout).split('\n')).toEqual([
      ...['[==========] Running 4 tests.', '[ RUN      ] ok', '[       OK ] ok (T)'],
      ...['[ RUN      ] bad', 'shown', '[  FAILED  ] bad (T)'],
      ...['[ RUN      ] err', '[  FAILED  ] err (T)', '[ RUN      ] ex', '[  FAILED  ] ex (T)'],
      ...['[==========] 4 tests ran.', '[  PASSED  ] 1 test.', '[  FAILED  ] 3 tests, listed below:'],
      ...['[  FAILED  ] bad', '[  FAILED  ] err', '[  FAILED  ] ex'],
      ...['end', '', '', '@a: 1', ''],
    ]);
    expect(stderr).toBe('Attached 6 probes\nstdin:4:12-26: ERROR: oops\n');
    expect(status).toBe(1);
  });

  it('has a record a test in JSON, and status 0 when all pass', async () => {
    const { stdout, status } = await trace('test:a { printf("x\\n"); } test:b { return 0; }', {
      args: ['--mode', 'test', '-f', 'json'],
    });
    const records: unknown[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records).toMatchObject([
      { type: 'attached_probes', count: 2 },
      { type: 'test_result', data: { a: { passed: true, output: 'x\n' } } },
      { type: 'test_result', data: { b: { passed: true, output: '' } } },
    ]);
    expect(status).toBe(0);
  });

  it('is asked for when there is nothing else to run', async () => {
    const result = await trace('test:a { }');
    expect(result).toMatchObject({
      stdout: '',
      stderr: 'ERROR: No probes attached; use --test to run test probes.\n',
      status: 255,
    });
    expect((await trace('begin { print(1); } test:a { print(2); }')).stdout).toBe('1\n\n\n');
  });
});

describeTracing('--bench', () => {
  it('measures, and leaves out what fails', async () => {
    const program = 'bench:quick { } bench:fails { errorf("x"); }';
    const { stdout, stderr, status } = await trace(program, { args: ['--bench'] });
    expect(stdout).toMatch(/^Benchmark {32}Time\(ns\) {7}Iterations\n-{66}\nquick {36}\d+ +[1-9]\d*\n\n\n$/);
    expect(stderr).toContain("ERROR: Benchmark 'fails' failed.\n");
    expect(status).toBe(1);
  });
});

describeTracing('self:signal', () => {
  it('fires when the tracer gets the signal', async () => {
    const tracer = new Tracer(['-e', 'self:signal:SIGUSR1 { printf("got %s\\n", probe); exit(7); }']);
    await tracer.attached();
    tracer.process.kill('SIGUSR1');
    expect(await tracer.ended).toMatchObject({ stdout: 'got self:signal:SIGUSR1\n\n\n', status: 7 });
  });

  it('does nothing when there is no such probe', async () => {
    const tracer = new Tracer(['-e', 'begin { printf("b\\n"); } interval:s:100 { }']);
    await tracer.until(({ stdout, stderr }) => stdout.includes('b\n') && stderr.includes('Attached'));
    tracer.process.kill('SIGUSR1');
    expect(await tracer.interrupt()).toMatchObject({ stdout: 'b\n\n\n', status: 0 });
  });
});
