/** Compiles a program, and runs it or keeps it for later (`--emit`, `--aot`). */
import { readFileSync } from 'node:fs';
import { type HostOptions, hostTarget } from '../../host/target.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { readBtfFile } from '../../kernel/kernel-btf.ts';
import { nativeKernel } from '../../kernel/native.ts';
import { reasonOf } from '../../kernel/strerror.ts';
import type { HeldChild } from '../../runtime/held-child.ts';
import { startTime } from '../../runtime/process-watch.ts';
import { KernelSymbols } from '../../symbols/kernel-symbols.ts';
import { compileText } from '../compile-text.ts';
import { dumpTypes } from '../dumps.ts';
import type { CommonOptions, Invocation } from '../invocation.ts';
import { exitStatus, UserError } from '../mistakes.ts';
import { requireTracingPrivileges } from '../privileges.ts';
import { type ProgramText, readProgramText } from '../program-text.ts';
import { benchCompiler } from './compiler-bench.ts';
import { runCompiled, startChild, unwoundPids } from './run-compiled.ts';

type RunInvocation = Extract<Invocation, { kind: 'run' }>;

/** @returns the exit status. @throws UserError and the errors of compiling, loading and attaching */
export async function run(invocation: RunInvocation, command: string): Promise<number> {
  const { common } = invocation;
  const text = readProgramText(invocation.source);
  requireTracingPrivileges();
  const kernel = tracingKernel(command);
  if (common.pid !== undefined && startTime(common.pid) === undefined) {
    throw new UserError('Failed to attach to pid: Unable to open pidfd (No such process)');
  }
  if (common.emitProgram !== undefined) {
    const { emitProgram } = await import('./emit-program.ts');
    return emitProgram(kernel, text, invocation, common.emitProgram);
  }
  using child = common.command && startChild(common.command);
  return await compileAndRun(kernel, text, invocation, child);
}

/** Programs of the language know their tracer by its name. */
export function tracingKernel(command: string): Kernel {
  const kernel = nativeKernel();
  kernel.setThreadName(command === 'bpftrace' ? command : 'kscope');
  return kernel;
}

async function compileAndRun(
  kernel: Kernel,
  text: ProgramText,
  invocation: RunInvocation,
  child: HeldChild | undefined,
): Promise<number> {
  const { common, mode } = invocation;
  const kernelSymbols = new KernelSymbols();
  using target = hostTarget(kernel, { ...hostOptions(invocation, child), kernelSymbols });
  if (common.debugStages.has('types')) dumpTypes(target.btf);
  const compiled = compileText(text, target, invocation);
  if (typeof compiled === 'number') return compiled;
  if (mode === 'codegen') return exitStatus.ok;
  if (mode === 'compiler-bench') return benchCompiler(() => compileText(text, target, invocation));
  if (common.emitElf !== undefined) {
    const { emitElf } = await import('./emit-elf.ts');
    emitElf(compiled.program, common.emitElf);
  }
  return await runCompiled(compiled, { kernel, kernelSymbols, text, common, mode, child });
}

/** BPFTRACE_BTF: a file with the kernel's types, for kernels that do not bring their own. */
function ownTypes(): Pick<HostOptions, 'btf'> {
  const path = process.env.BPFTRACE_BTF;
  if (path === undefined || path === '') return {};
  const types = readBtfFile(path);
  if (types === undefined) process.stderr.write(`WARNING: BTF: failed to parse BTF from ${path}\n`);
  return { btf: { types } };
}

/** @throws UserError */
function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'latin1').split('\n').filter(Boolean);
  } catch (error) {
    throw new UserError(`failed to open file '${path}': ${reasonOf(error)}`);
  }
}

/** What the options of the command say about the machine. */
export function hostOptions(
  { common }: { readonly common: CommonOptions },
  child?: StartedChild,
): HostOptions {
  return {
    ...ownTypes(),
    withoutFeatures: common.withoutFeatures,
    debugFolders: common.debugFolders,
    ...(common.traceableFunctions === undefined
      ? {}
      : { traceableFunctions: readLines(common.traceableFunctions) }),
    ...(common.pid === undefined ? {} : { targetPid: common.pid }),
    ...(child === undefined ? {} : { childPid: child.pid }),
    ...unwoundProcesses(common, child),
  };
}

/** The process of `-c`, and its program where that is known. */
type StartedChild = Pick<HeldChild, 'pid'> & Partial<Pick<HeldChild, 'path'>>;

/** Whose stacks dw_ustack can follow; the program of `-c` is looked at before it begins. */
function unwoundProcesses(common: CommonOptions, child: StartedChild | undefined) {
  const pids = unwoundPids(common);
  if (child?.path !== undefined) return { unwound: { pids, program: child.path } };
  return pids.length === 0 ? {} : { unwound: { pids } };
}
