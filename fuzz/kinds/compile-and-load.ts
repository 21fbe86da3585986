/**
 * What every program must go through unharmed: it compiles in time or is refused with a diagnostic at a place in the
 * text that can be shown; what compiles is accepted by the verifier. Machine limits that are not the verifier's (a
 * map larger than memory) are refusals of the machine.
 */
import { createHash } from 'node:crypto';
import { type CompileResult, compile } from '../../src/compiler/compile.ts';
import { render } from '../../src/compiler/messages/render.ts';
import { VerifierError } from '../../src/kernel/errors.ts';
import { load } from '../../src/loader/load.ts';
import type { Program } from '../../src/program/program.ts';
import { type FuzzWorld, SlowError, slowSeconds } from '../kind.ts';

/** Parameters of all sorts, so that `$1` … mean something. */
const positionals = ['12', 'abc', '-7', '', 'begin', '0x10', '5s', 'a b:c'];

export interface CheckOptions {
  readonly environment?: Readonly<Record<string, string>>;
}

export function compileAndLoad(source: string, world: FuzzWorld, options: CheckOptions = {}): string {
  const result = timed(() => compileHere(source, world, options));
  if (typeof result === 'string') return result;
  const { program, diagnostics } = result;
  checkDiagnostics(diagnostics, source);
  if (program === undefined) {
    const error = diagnostics.find(({ severity }) => severity === 'error');
    if (error) return `refused: ${error.code}`;
    // Everything was filtered away, such as programs of test probes only.
    return 'nothing to attach';
  }
  return loadOnce(program, world);
}

/** The result, or the name of what is wrong with a file that the program names. */
function compileHere(source: string, { target }: FuzzWorld, options: CheckOptions): CompileResult | string {
  try {
    return compile(Buffer.from(source, 'latin1'), target, { positionals, unsafe: true, ...options });
  } catch (error) {
    if (error instanceof Error && ofTheMachine.has(error.name)) return `refused: ${error.name}`;
    throw error;
  }
}

const ofTheMachine: ReadonlySet<string> = new Set(['ElfError', 'KernelFileError', 'UnsupportedFeatureError']);

/** What is slow is tried again: the first time pays for compiling our own code, too. @throws SlowError */
export function timed<T>(work: () => T): T {
  for (let attempt = 1; ; attempt++) {
    const start = process.cpuUsage();
    const result = work();
    const seconds = process.cpuUsage(start).user / 1e6;
    if (seconds <= slowSeconds) return result;
    if (attempt === 2) throw new SlowError(seconds);
  }
}

function checkDiagnostics(diagnostics: CompileResult['diagnostics'], source: string): void {
  for (const diagnostic of diagnostics) {
    const { span } = diagnostic;
    if (
      span?.source.name === 'stdin' &&
      !(0 <= span.start && span.start <= span.end && span.end <= source.length)
    )
      throw new Error(`${diagnostic.code} is shown at ${span.start}-${span.end}, outside the text`);
    if (/\[object |\bNaN\b/.test(diagnostic.message) && !/NaN|\[object/.test(source))
      throw new Error(`${diagnostic.code} says: ${diagnostic.message}`);
    render(diagnostic);
  }
}

/** More than this is not asked of the machine that others use, too. */
const largestMaps = 64 << 20;

function loadOnce(program: Program, { kernel, verified }: FuzzWorld): string {
  if (program.maps.reduce((sum, map) => sum + mapBytes(map), 0) > largestMaps) return 'compiled: large maps';
  const hash = createHash('sha1').update(
    JSON.stringify(program.maps.map(({ type, keySize, valueSize }) => [type, keySize, valueSize])),
  );
  for (const { code, type } of program.functions) hash.update(type).update(code);
  const digest = hash.digest('base64');
  if (verified.has(digest)) return 'loaded before';
  if (verified.size > 500_000) verified.clear();
  verified.add(digest);
  try {
    load(program, kernel).close();
    return 'loaded';
  } catch (error) {
    if (error instanceof VerifierError && error.report.limit !== undefined)
      return 'too much for the verifier';
    verified.delete(digest);
    throw error;
  }
}

function mapBytes({ type, keySize, valueSize, maxEntries }: Program['maps'][number]): number {
  return (keySize + valueSize * (type.includes('percpu') ? 2 : 1)) * maxEntries;
}
