/** Runs a program that is compiled: load, attach, and what the person asked around it: `-c`, `-p`, `-o`, signals. */
import { constants } from 'node:os';
import { VerifierError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Attachment, Program } from '../../program/program.ts';
import { type ChildEnd, ChildError, HeldChild } from '../../runtime/held-child.ts';
import { ProcessWatch } from '../../runtime/process-watch.ts';
import { Session, type SessionOptions } from '../../runtime/session.ts';
import type { KernelSymbols } from '../../symbols/kernel-symbols.ts';
import { type Compiled, nothingToAttach } from '../compile-text.ts';
import type { CommonOptions, RunMode } from '../invocation.ts';
import { loadingDumps } from '../loading-dumps.ts';
import { exitStatus, UserError } from '../mistakes.ts';
import { openOutput, type Sink } from '../output-sink.ts';
import type { ProgramText } from '../program-text.ts';
import { Signals } from '../signals.ts';
import { runSelfTests } from './self-tests.ts';

export interface RunSurroundings {
  readonly kernel: Kernel;
  readonly kernelSymbols: KernelSymbols;
  readonly text: ProgramText;
  readonly common: CommonOptions;
  readonly mode: RunMode;
  readonly child: HeldChild | undefined;
}

/** @returns the exit status. @throws UserError and the errors of loading and attaching */
export async function runCompiled(compiled: Compiled, surroundings: RunSurroundings): Promise<number> {
  const { kernel, kernelSymbols, text, common } = surroundings;
  using sink = openOutput(common, text);
  using session = openSession(
    compiled.program,
    {
      kernel,
      kernelSymbols,
      output: sink.output,
      settings: compiled.settings,
      ...(common.pid === undefined ? {} : { targetPid: common.pid }),
      unwoundPids: unwoundPids(common),
      ...(common.verbose ? { onAttach: sayAttachment, onUnwindTables: sayText } : {}),
      ...loadingDumps(kernel, common.debugStages),
    },
    common,
  );
  sink.onClosed = () => session.stop();
  return await runSession(session, sink, surroundings);
}

/** With `-v` the verifier's log of a program that it refuses is shown. */
function openSession(program: Program, options: SessionOptions, { verbose }: CommonOptions): Session {
  try {
    return Session.open(program, options);
  } catch (error) {
    if (verbose && error instanceof VerifierError) process.stderr.write(`${error.log.trimEnd()}\n`);
    throw error;
  }
}

async function runSession(
  session: Session,
  sink: Sink,
  { common, mode, child }: RunSurroundings,
): Promise<number> {
  using _signals = new Signals(session);
  const count = session.attach();
  if (count === 0) return nothingToAttach(common.quiet);
  if (common.dryRun) return exitStatus.ok;
  sink.notifyAttached();
  using _watch = watchTarget(session, common.pid);
  releaseChild(session, child);
  void child?.ended.then((end) => {
    if (common.verbose) sayEnd(end);
    session.stop();
  });
  if (mode !== 'test' && mode !== 'bench') return await session.run();
  const status = runSelfTests(session, mode, sink);
  session.stop();
  await session.run();
  return status;
}

/** @throws UserError when the command cannot be started */
export function startChild(words: readonly string[]): HeldChild {
  try {
    return HeldChild.start(words);
  } catch (error) {
    if (error instanceof ChildError) throw new UserError(error.message);
    throw error;
  }
}

export function unwoundPids({ pid, dwarfPids }: CommonOptions): readonly number[] {
  return pid === undefined ? dwarfPids : [pid, ...dwarfPids];
}

/** When its stacks or symbols are shown, it waits at its entry until it is known what it has mapped. */
function releaseChild(session: Session, child: HeldChild | undefined): void {
  if (child === undefined) return;
  if (session.looksAtUserCode) session.followFromEntry(child.pid, child.path);
  child.release();
}

function sayText(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Ends the run with the process, also when that ended while the program was compiled. */
function watchTarget(session: Session, pid: number | undefined): ProcessWatch | undefined {
  if (pid === undefined) return undefined;
  const watch = ProcessWatch.start(pid, () => session.stop());
  if (watch === undefined) session.stop();
  return watch;
}

/** `Attaching 'begin' probe` is how the language's own command says it. */
function sayAttachment({ point, probes, via }: Attachment): void {
  for (const probe of probes) {
    const text =
      point.kind === 'test-run' ? `Attaching '${probe}' probe` : `Trying to attach probe: ${probe} (${via})`;
    process.stderr.write(`${text}\n`);
  }
}

function sayEnd(end: ChildEnd): void {
  if ('signal' in end) process.stderr.write(`Child terminated by signal: ${signalNumber(end.signal)}\n`);
  else if (end.code !== 0) process.stderr.write(`Child exited with code: ${end.code}\n`);
}

function signalNumber(name: string): number | string {
  return Object.entries(constants.signals).find(([known]) => known === name)?.[1] ?? name;
}
