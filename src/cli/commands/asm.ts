/**
 * `kscope asm`: the code of a program, without loading it; with `--compare` for each version of the instruction set,
 * as counts and differences.
 */
import { disassemble } from '../../bpf/disassembler.ts';
import { hostTarget } from '../../host/target.ts';
import { nativeKernel } from '../../kernel/native.ts';
import type { Program } from '../../program/program.ts';
import { compareVariants, type Variant } from '../asm/compare.ts';
import { compileText } from '../compile-text.ts';
import { type Invocation, parseInvocation } from '../invocation.ts';
import { exitStatus, UserError } from '../mistakes.ts';
import { readProgramText } from '../program-text.ts';
import { hostOptions } from './run.ts';

type RunInvocation = Extract<Invocation, { kind: 'run' }>;

const compareWord = '--compare';
const versions = [1, 2, 3, 4] as const;

/** @returns the exit status. @throws UserError */
export function asm(words: readonly string[], command: string): number {
  const invocation = parseInvocation(
    words.filter((word) => word !== compareWord),
    command,
  );
  if (invocation.kind !== 'run')
    throw new UserError(`USAGE: ${command} asm [--compare] [options] -e 'PROGRAM' | FILE [parameters]`);
  const text = readProgramText(invocation.source);
  using target = hostTarget(nativeKernel(), hostOptions(invocation, undefined));
  const compileFor = (given: RunInvocation) => compileText(text, target, given);
  if (!words.includes(compareWord)) {
    const compiled = compileFor(invocation);
    if (typeof compiled === 'number') return compiled;
    return print(listing(compiled.program));
  }
  const variants: Variant[] = [];
  for (const isa of versions) {
    const compiled = compileFor({
      ...invocation,
      common: { ...invocation.common, isa, noWarnings: isa > 1 },
    });
    if (typeof compiled === 'number') return compiled;
    variants.push({ isa, program: compiled.program });
  }
  return print(compareVariants(variants));
}

function listing({ functions }: Program): string {
  return functions
    .map(({ name, code }) => `${name}:\n${disassemble(code, { numbered: true }).join('\n')}\n`)
    .join('\n');
}

function print(text: string): number {
  process.stdout.write(text);
  return exitStatus.ok;
}
