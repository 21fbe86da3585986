/**
 * Running `test` and `bench` probes. A test is run once, by the clock of this process; a benchmark many times, by
 * the kernel's own statistics, so that the way into the kernel does not count.
 */
import { must } from '../base/assert.ts';
import type { BpfProgram } from '../kernel/bpf-program.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { enableRunStatistics, programInfo } from '../kernel/object-info.ts';
import type { LoadedProgram } from '../loader/load.ts';
import type { SelfTestMode } from '../program/program.ts';

export interface SelfTest {
  readonly mode: SelfTestMode;
  readonly name: string;
  readonly program: BpfProgram;
}

export function selfTestsOf({ program, functions }: LoadedProgram): readonly SelfTest[] {
  return program.attachments.flatMap(({ point, function: index, probes }) =>
    point.kind !== 'self-test'
      ? []
      : { mode: point.mode, name: point.name, program: must(functions[index], `program of ${probes}`) },
  );
}

export interface TestRunResult {
  readonly returned: number;
  readonly durationNs: number;
}

export function runTest({ program }: SelfTest): TestRunResult {
  const started = process.hrtime.bigint();
  const { returned } = program.testRun();
  return { returned, durationNs: Number(process.hrtime.bigint() - started) };
}

export interface BenchResult {
  readonly averageNs: number;
  readonly iterations: number;
}

const batch = 1000;
const longestMs = 250;
const mostIterations = 80_000;

/** `between` is called between batches, to take what the program sent. */
export function measure(kernel: Kernel, { program }: SelfTest, between: () => void): BenchResult {
  using _statistics = enableRunStatistics(kernel);
  const before = programInfo(kernel, program.fd);
  const deadline = performance.now() + longestMs;
  for (let done = 0; done < mostIterations; done += batch) {
    for (let i = 0; i < batch; i++) program.testRun();
    between();
    if (performance.now() > deadline) break;
  }
  const after = programInfo(kernel, program.fd);
  const iterations = Number(after.runCount - before.runCount);
  const timeNs = Number(after.runTimeNs - before.runTimeNs);
  return { averageNs: iterations === 0 ? 0 : Math.round(timeNs / iterations), iterations };
}
