/**
 * Every program is either refused with a diagnostic or loads: random programs are compiled and given to the
 * kernel's verifier. Usage: npm run fuzz -- [count] [first seed]; a failure prints its seed.
 */
import { compile } from '../src/compiler/compile.ts';
import { hostTarget } from '../src/host/target.ts';
import { nativeKernel } from '../src/kernel/native.ts';
import { load } from '../src/loader/load.ts';
import { ProgramGenerator } from './generate.ts';
import { Random } from './random.ts';

export interface FuzzReport {
  readonly loaded: number;
  readonly refused: number;
  readonly failures: readonly { readonly seed: number; readonly source: string; readonly problem: string }[];
  /** Why programs were refused: message codes and how often. */
  readonly reasons: ReadonlyMap<string, number>;
}

/** Compiles and loads `count` programs with seeds from `first` on. */
export function fuzzVerifier(count: number, first: number): FuzzReport {
  const kernel = nativeKernel();
  const target = hostTarget(kernel, {});
  let [loaded, refused] = [0, 0];
  const failures: { seed: number; source: string; problem: string }[] = [];
  const reasons = new Map<string, number>();
  for (let seed = first; seed < first + count; seed++) {
    const source = new ProgramGenerator(new Random(seed)).program();
    try {
      const { program, diagnostics } = compile(source, target);
      if (program === undefined) {
        refused++;
        const code = diagnostics.find((one) => one.severity === 'error')?.code ?? 'nothing said';
        reasons.set(code, (reasons.get(code) ?? 0) + 1);
        if (code === 'nothing said') failures.push({ seed, source, problem: 'refused without a diagnostic' });
        continue;
      }
      load(program, kernel).close();
      loaded++;
    } catch (error) {
      failures.push({
        seed,
        source,
        problem:
          error instanceof Error
            ? `${error.message}\n${'log' in error ? String(error.log).slice(-1500) : (error.stack ?? '')}`
            : String(error),
      });
    }
  }
  return { loaded, refused, failures, reasons };
}

if (process.argv[1]?.includes('verifier') === true) {
  const [count, first] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 1)];
  const report = fuzzVerifier(count, first);
  for (const { seed, source, problem } of report.failures)
    console.log(`seed ${seed}\n${source}\n${problem}\n`);
  console.log(`${report.loaded} loaded, ${report.refused} refused, ${report.failures.length} failed`);
  console.log([...report.reasons].map(([code, n]) => `${code} ${n}`).join(', '));
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}
