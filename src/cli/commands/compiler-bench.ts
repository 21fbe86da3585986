/** `--mode compiler-bench`: how long the compiler takes for the program, in the form of a benchmark. */
import { benchTable } from '../../output/self-test-report.ts';
import { exitStatus } from '../mistakes.ts';

const longestMs = 1000;
const mostIterations = 1000;

/** The machine's types and event formats have been read by the compile before, and do not count. */
export function benchCompiler(compile: () => unknown): number {
  const started = performance.now();
  let iterations = 0;
  do {
    compile();
    iterations++;
  } while (iterations < mostIterations && performance.now() - started < longestMs);
  const averageNs = Math.round(((performance.now() - started) * 1e6) / iterations);
  process.stdout.write(benchTable([{ name: 'compile', averageNs, iterations }]));
  return exitStatus.ok;
}
