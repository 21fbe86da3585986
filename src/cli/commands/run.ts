/** Runs a program: compile, load, attach, and what the person asked around it: `-c`, `-p`, `-o`, signals. */
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { hostTarget } from '../../host/target.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { nativeKernel } from '../../kernel/native.ts';
import { reasonOf } from '../../kernel/strerror.ts';
import { JsonOutput } from '../../output/json.ts';
import { MessageOutput } from '../../output/message-output.ts';
import { SwitchedOutput } from '../../output/switched-output.ts';
import { TextOutput } from '../../output/text.ts';
import { Writer } from '../../output/writer.ts';
import type { Attachment } from '../../program/program.ts';
import { type ChildEnd, ChildError, HeldChild } from '../../runtime/held-child.ts';
import { ProcessWatch, startTime } from '../../runtime/process-watch.ts';
import { Session } from '../../runtime/session.ts';
import { KernelSymbols } from '../../symbols/kernel-symbols.ts';
import { compileText, nothingToAttach } from '../compile-text.ts';
import type { CommonOptions, Invocation } from '../invocation.ts';
import { exitStatus, UserError } from '../mistakes.ts';
import { requireTracingPrivileges } from '../privileges.ts';
import { type ProgramText, readProgramText } from '../program-text.ts';
import { Signals } from '../signals.ts';
import { benchCompiler } from './compiler-bench.ts';
import { type ReportSink, runSelfTests } from './self-tests.ts';

type RunInvocation = Extract<Invocation, { kind: 'run' }>;

/** @returns the exit status. @throws UserError and the errors of compiling, loading and attaching */
export async function run(invocation: RunInvocation, command: string): Promise<number> {
  const { common } = invocation;
  const text = readProgramText(invocation.source);
  requireTracingPrivileges();
  const kernel = nativeKernel();
  kernel.setThreadName(command === 'bpftrace' ? command : 'kscope');
  if (common.pid !== undefined && startTime(common.pid) === undefined) {
    throw new UserError('Failed to attach to pid: Unable to open pidfd (No such process)');
  }
  const child = common.command && startChild(common.command);
  try {
    return await compileAndRun(kernel, text, invocation, child);
  } finally {
    child?.close();
  }
}

function startChild(words: readonly string[]): HeldChild {
  try {
    return HeldChild.start(words);
  } catch (error) {
    if (error instanceof ChildError) throw new UserError(error.message);
    throw error;
  }
}

async function compileAndRun(
  kernel: Kernel,
  text: ProgramText,
  invocation: RunInvocation,
  child: HeldChild | undefined,
): Promise<number> {
  const { common } = invocation;
  const kernelSymbols = new KernelSymbols();
  using target = hostTarget(kernel, {
    kernelSymbols,
    withoutFeatures: common.withoutFeatures,
    debugFolders: common.debugFolders,
    ...(common.pid === undefined ? {} : { targetPid: common.pid }),
    ...(child === undefined ? {} : { childPid: child.pid }),
  });
  const compiled = compileText(text, target, invocation);
  if (typeof compiled === 'number') return compiled;
  if (invocation.mode === 'codegen') return exitStatus.ok;
  if (invocation.mode === 'compiler-bench') return benchCompiler(() => compileText(text, target, invocation));
  using sink = openOutput(common, text);
  using session = Session.open(compiled.program, {
    kernel,
    kernelSymbols,
    output: sink.output,
    settings: compiled.settings,
    ...(common.pid === undefined ? {} : { targetPid: common.pid }),
    ...(common.verbose ? { onAttach: sayAttachment } : {}),
  });
  sink.onClosed = () => session.stop();
  return await runSession(session, sink, invocation, child);
}

async function runSession(
  session: Session,
  sink: Sink,
  { common, mode }: RunInvocation,
  child: HeldChild | undefined,
): Promise<number> {
  using _signals = new Signals(session);
  const count = session.attach();
  if (count === 0) return nothingToAttach(common.quiet);
  if (common.dryRun) return exitStatus.ok;
  sink.notifyAttached();
  using _watch = watchTarget(session, common.pid);
  child?.release();
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

interface Sink extends Disposable, ReportSink {
  /** Called when the reader of the output went away. */
  onClosed: () => void;
  notifyAttached(): void;
}

/** For programs that start us and wait until all probes are attached. */
const notifyVariable = '__BPFTRACE_NOTIFY_PROBES_ATTACHED';

function openOutput(common: CommonOptions, { name, bytes }: ProgramText): Sink {
  const fd = common.outputFile === undefined ? 1 : openFile(common.outputFile);
  const out = new Writer(fd, { buffering: common.buffering, onClosed: () => sink.onClosed() });
  const options = {
    out,
    err: new Writer(2),
    sources: (file: string) => (file === name ? Buffer.from(bytes).toString() : undefined),
    quiet: common.quiet,
    noWarnings: common.noWarnings,
  };
  const written = common.outputFormat === 'json' ? new JsonOutput(options) : new TextOutput(options);
  const sink: Sink = {
    output: new SwitchedOutput(common.dryRun ? new MessageOutput(() => {}) : written),
    format: common.outputFormat,
    textOutput: (kept) => new TextOutput({ ...options, out: kept }),
    write: (text) => out.write(text),
    onClosed: () => {},
    notifyAttached: () => {
      if (process.env[notifyVariable] === undefined) return;
      written.flush();
      process.stdout.write(`${notifyVariable}\n`);
    },
    [Symbol.dispose]: () => {
      written.flush();
      if (fd !== 1) closeSync(fd);
    },
  };
  return sink;
}

function openFile(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw new UserError(`Failed to open output file: "${path}": ${reasonOf(error)}`);
  }
}
