/**
 * `kscope run FILE`: starts a program that was compiled with `--emit`. What the compiler needed to know was decided
 * then; options say only where results go and which command is traced.
 */
import { type HostTarget, hostTarget } from '../../host/target.ts';
import { KernelSymbols } from '../../symbols/kernel-symbols.ts';
import { type Compiled, compileText } from '../compile-text.ts';
import { type CompiledProgram, readCompiled } from '../compiled/file.ts';
import { difference, thisMachine } from '../compiled/machine.ts';
import { putFacts } from '../compiled/put-facts.ts';
import { changedSince } from '../compiled/used-files.ts';
import { type Invocation, parseInvocation } from '../invocation.ts';
import { UserError } from '../mistakes.ts';
import type { OptionName } from '../option-table.ts';
import { requireTracingPrivileges } from '../privileges.ts';
import { hostOptions, tracingKernel } from './run.ts';
import { runCompiled, startChild } from './run-compiled.ts';

type RunInvocation = Extract<Invocation, { kind: 'run' }>;

const allowed: ReadonlySet<OptionName> = new Set([
  'output',
  'outputFormat',
  'buffering',
  'quiet',
  'noWarnings',
  'command',
  'dryRun',
  'verbose',
]);

/** @returns the exit status. @throws UserError and the errors of loading and attaching */
export async function runFile(words: readonly string[], command: string): Promise<number> {
  const { path, invocation } = parseRun(words, command);
  const file = readCompiled(path);
  requireTracingPrivileges();
  const kernel = tracingKernel(command);
  const original = originalInvocation(file, command);
  const { mode } = original;
  const common = {
    ...invocation.common,
    command: invocation.common.command ?? original.common.command,
  };
  using child = common.command && startChild(common.command);
  const kernelSymbols = new KernelSymbols();
  using target = hostTarget(kernel, { ...hostOptions(original, child), kernelSymbols });
  const reason = difference(file.machine, thisMachine(target));
  if (reason !== undefined) throw new UserError(`'${path}' cannot run here: ${reason}. Compile it again.`);
  const compiled = upToDate(file, original, { target, verbose: common.verbose });
  if (typeof compiled === 'number') return compiled;
  return await runCompiled(compiled, { kernel, kernelSymbols, text: file.text, common, mode, child });
}

function parseRun(
  words: readonly string[],
  command: string,
): { readonly path: string; readonly invocation: RunInvocation } {
  const usage = 'USAGE: kscope run [options] FILE, a program that was compiled with --emit FILE.';
  if (words.length === 0) throw new UserError(usage);
  const invocation = parseInvocation(words, command);
  if (invocation.kind !== 'run' || !('file' in invocation.source)) throw new UserError(usage);
  const { file, positionals, named } = invocation.source;
  const excess = invocation.given.find(({ name }) => !allowed.has(name));
  if (excess !== undefined)
    throw new UserError(
      `${excess.spelling} is decided when a program is compiled: give it with --emit FILE.`,
    );
  if (positionals.length > 0 || named.size > 0)
    throw new UserError(
      "A program's parameters are decided when it is compiled: give them with --emit FILE.",
    );
  return { path: file, invocation };
}

function originalInvocation({ words }: CompiledProgram, command: string): RunInvocation {
  const original = parseInvocation(words, command);
  if (original.kind !== 'run') throw new UserError('The program is damaged: it was not made to run.');
  return original;
}

/** As it is in the file, or compiled again for what has changed since. */
function upToDate(
  { program, settings, used, text, environment }: CompiledProgram,
  original: RunInvocation,
  { target, verbose }: { readonly target: HostTarget; readonly verbose: boolean },
): Compiled | number {
  const changed = changedSince(used);
  if (changed === undefined) return { program: putFacts(program, target), settings };
  if (verbose) process.stderr.write(`Compiling again: ${changed} has changed\n`);
  return compileText(text, target, original, environment);
}
