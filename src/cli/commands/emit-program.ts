/** `--emit FILE`, `--aot FILE`: compiles a program for later runs and writes it. */
import { hostTarget } from '../../host/target.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { compileText } from '../compile-text.ts';
import { writeCompiled } from '../compiled/file.ts';
import { thisMachine } from '../compiled/machine.ts';
import { FileRecorder } from '../compiled/used-files.ts';
import type { EmitOptions, Invocation } from '../invocation.ts';
import { exitStatus, UserError } from '../mistakes.ts';
import type { ProgramText } from '../program-text.ts';
import { hostOptions } from './run.ts';

/** The child of `-c` is started when the program runs. */
const childOfLater = 0;

/** @throws UserError */
export function emitProgram(
  kernel: Kernel,
  text: ProgramText,
  invocation: Extract<Invocation, { kind: 'run' }>,
  { path, executable }: EmitOptions,
): number {
  const { common, words } = invocation;
  if (common.pid !== undefined)
    throw new UserError('A program for later cannot be for a process of now: leave out -p.');
  const recorder = new FileRecorder();
  const childPid = common.command === undefined ? undefined : childOfLater;
  using target = hostTarget(kernel, {
    ...hostOptions(invocation, childPid === undefined ? undefined : { pid: childPid }),
    forLater: true,
    observer: recorder,
  });
  const compiled = compileText(text, target, invocation);
  if (typeof compiled === 'number') return compiled;
  const environment = Object.entries(process.env).filter(([name]) => name.startsWith('BPFTRACE_'));
  writeCompiled(
    path,
    {
      ...compiled,
      ...{ text, words, machine: thisMachine(target), used: recorder.used },
      environment: Object.fromEntries(environment.map(([name, value]) => [name, value ?? ''])),
    },
    { executable },
  );
  return exitStatus.ok;
}
