/** `-l`: probes that match a pattern, or those of a program. */
import { existsSync, statSync } from 'node:fs';
import { compileWildcard } from '../../base/wildcard.ts';
import { splitWord } from '../../compiler/1-parse/attach-points.ts';
import { compile } from '../../compiler/compile.ts';
import { type HostTarget, hostTarget } from '../../host/target.ts';
import { nativeKernel } from '../../kernel/native.ts';
import type { ExpandEnvironment, ProbeType } from '../../probes/probe-type.ts';
import { findProbeType, probeTypes } from '../../probes/registry.ts';
import { compileOptions } from '../compile-text.ts';
import { showDiagnostics } from '../diagnostics.ts';
import type { Invocation } from '../invocation.ts';
import { exitStatus } from '../mistakes.ts';
import { type ProgramText, readProgramText } from '../program-text.ts';
import { typeLines } from './list-types.ts';
import { hostOptions } from './run.ts';

type ListInvocation = Extract<Invocation, { kind: 'list' }>;

export function list(invocation: ListInvocation): number {
  const { pattern, program, common } = invocation;
  using target = hostTarget(nativeKernel(), hostOptions({ common }));
  const text = programOf(pattern, program);
  if (text !== undefined) return listProgram(text, target, invocation);
  const patterns = (pattern ?? '*').replaceAll(/\s+/g, ' ').match(/(?:"[^"]*"|[^,])+/g) ?? [];
  print(patterns.flatMap((one) => matchesOf(one.trim(), target, common.verbose)));
  return exitStatus.ok;
}

function matchesOf(pattern: string, target: HostTarget, verbose: boolean): readonly string[] {
  const types = typeLines(pattern, target.btf, verbose);
  if (types !== undefined) return types;
  return withArguments(search(pattern, target), target, verbose);
}

/** A line of a listing. Its type is that of the search: entries of functions stand for their returns too. */
interface Listed {
  readonly line: string;
  readonly type: ProbeType | undefined;
}

function withArguments(listed: readonly Listed[], target: HostTarget, verbose: boolean): readonly string[] {
  return listed.flatMap((one) => [one.line, ...(verbose ? argumentLines(one, target) : [])]);
}

function programOf(pattern: string | undefined, program: string | undefined): ProgramText | undefined {
  if (program !== undefined) return readProgramText({ text: program, positionals: [], named: new Map() });
  if (pattern === undefined) return undefined;
  if (existsSync(pattern) && statSync(pattern).isFile()) {
    return readProgramText({ file: pattern, positionals: [], named: new Map() });
  }
  if (pattern.includes('.') && !/[:*]/.test(pattern)) {
    process.stderr.write(
      `WARNING: It appears that '${pattern}' is a filename but the file does not exist. Treating '${pattern}' as a search pattern.\n`,
    );
  }
  return undefined;
}

const notListed = /^(begin|end|self)(:|$)/;
const rates = /^((?:interval|profile|software|hardware|test|bench):[^:]+).*$/;

function listProgram(text: ProgramText, target: HostTarget, { common }: ListInvocation): number {
  const { program, diagnostics } = compile(text.bytes, target, {
    ...compileOptions(text, common, process.env),
    selfTests: new Set(['test', 'bench']),
  });
  if (showDiagnostics(diagnostics, common)) return exitStatus.mistake;
  const probes = program?.attachments.flatMap((attachment) => attachment.probes) ?? [];
  const listed = probes.filter((probe) => !notListed.test(probe)).map((probe) => probe.replace(rates, '$1:'));
  const typed = listed.map((line) => ({ line, type: findProbeType(line.split(':')[0] ?? '') }));
  print(withArguments(typed, target, common.verbose));
  return exitStatus.ok;
}

/** A pattern without a provider is one for whole names of every kind of kernel probe. */
function search(pattern: string, target: HostTarget): readonly Listed[] {
  const [provider = '*', ...parts] = pattern.includes(':') ? splitWord(pattern, []).parts : ['*', pattern];
  const matches = compileWildcard(pattern.includes(':') ? '*' : `*:${pattern}`);
  const types = provider.includes('*')
    ? searched(parts, target)
    : [findProbeType(provider)].filter((type) => type !== undefined);
  const exact = provider.includes('*') ? compileWildcard(provider) : () => true;
  return types
    .filter((type) => exact(type.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((type) =>
      names(type, provider, parts, target)
        .filter((name) => matches(name.replace(/:$/, '')) || pattern === '*')
        .map((line) => ({ line, type })),
    );
}

/** Types that a wildcard provider stands for: user programs only when a path or a process says which. */
function searched(parts: readonly string[], { targetPid }: HostTarget): readonly ProbeType[] {
  const users = targetPid !== undefined || (parts[0] ?? '').includes('/');
  return probeTypes.filter(({ listed }) => listed === 'kernel' || (listed === 'user' && users));
}

function names(
  type: ProbeType,
  provider: string,
  parts: readonly string[],
  target: HostTarget,
): readonly string[] {
  const environment: ExpandEnvironment = {
    target,
    error: () => {},
    missing: () => {},
    warning: () => {},
    readsArguments: false,
    readsNamedArguments: false,
    atParts: [],
    unsafe: false,
  };
  const named = provider.includes('*') && parts.length === 1 ? ['*', ...parts] : parts;
  const listed = type.list?.(type.name === 'tracepoint' ? named : parts, environment) ?? [];
  const wanted = compileWildcard(parts.length === 0 || parts.at(-1) === '' ? '*' : `*${parts.at(-1)}*`);
  return type.listed === 'kernel' ? listed.filter((name) => wanted(name)).toSorted() : listed;
}

/** Arguments of a probe, one a line. */
function argumentLines({ line, type }: Listed, target: HostTarget): readonly string[] {
  const [, ...parts] = line.split(':');
  const [subsystem = '', event = ''] = parts;
  if (type?.name !== 'tracepoint') {
    const listed = type?.listArguments?.(parts, target) ?? [];
    return listed.map((argument) => `    ${argument}`);
  }
  const fields = target.tracepointFormat(subsystem, event)?.fields ?? [];
  return fields
    .filter((field) => !field.name.startsWith('common_'))
    .map((field) => `    ${field.type} ${field.name}`);
}

function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}
