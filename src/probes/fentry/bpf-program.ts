/**
 * `fentry:bpf[:ID]:PROGRAM` and `fexit:bpf[:ID]:PROGRAM`: entry and return of a BPF program that is loaded, or of a
 * function inside of one, by the names that its types give them. Without an id, all programs that have the function.
 */
import { compileWildcard, hasWildcard } from '../../base/wildcard.ts';
import type { BpfFunction, Target } from '../../program/target.ts';
import type { ExpandEnvironment, ProbeType, ResolvedProbe } from '../probe-type.ts';

/** Of the parts of a probe; the form takes all that begin so. */
export const isOnBpfProgram = (parts: readonly string[]): boolean => parts[0] === 'bpf';

export function expandBpfProgram(
  type: ProbeType,
  kind: 'fentry' | 'fexit',
  parts: readonly string[],
  environment: ExpandEnvironment,
): readonly ResolvedProbe[] {
  const { target } = environment;
  const [id, pattern] = idAndName(parts);
  const problem = mistake(id, pattern) ?? (target.forLater ? notForLater : undefined);
  if (problem !== undefined) {
    environment.error(problem);
    return [];
  }
  const found = matching(target, id, pattern);
  if (found.length === 0) {
    environment.missing(hasWildcard(pattern) ? '' : `No matches for ${kind} ${parts.join(':')}.`, {
      given: pattern,
      known: () => (target.bpfFunctions?.() ?? []).map(({ name }) => name),
    });
  }
  return found.map((fn) => resolve(type, kind, fn));
}

export function listBpfPrograms(parts: readonly string[], target: Target): readonly string[] {
  const [id, pattern] = idAndName(parts);
  return matching(target, id, pattern || '*').map((fn) => `fentry:bpf:${fn.programId}:${fn.name}`);
}

function idAndName(parts: readonly string[]): readonly [id: string, pattern: string] {
  return parts.length === 3 ? [parts[1]!, parts[2]!] : ['*', parts[1] ?? ''];
}

function mistake(id: string, pattern: string): string | undefined {
  if (pattern === '')
    return "the 'bpf' variant of this probe requires a bpf program name and optional bpf program id";
  return id === '*' || /^[0-9]+$/.test(id) ? undefined : "bpf program id must be a number or '*'";
}

const notForLater = 'BPF programs have other ids at a later run: a probe on one cannot be kept for it';

function matching(target: Target, id: string, pattern: string): readonly BpfFunction[] {
  const matches = compileWildcard(pattern);
  const isMeant = ({ programId, name }: BpfFunction) =>
    (id === '*' || programId === Number(id)) && matches(name);
  return (target.bpfFunctions?.() ?? []).filter(isMeant);
}

function resolve(type: ProbeType, kind: 'fentry' | 'fexit', fn: BpfFunction): ResolvedProbe {
  return {
    type,
    name: `${kind}:bpf:${fn.programId}:${fn.name}`,
    programType: 'tracing',
    tracing: { kind, target: fn.name, bpfProgram: fn.programId },
    point: { kind: 'trampoline' },
    via: `${kind} trampoline`,
    context: { kind: 'bpf-function', ...(fn.result && { result: fn.result }) },
    space: 'kernel',
    functionName: fn.name,
  };
}
