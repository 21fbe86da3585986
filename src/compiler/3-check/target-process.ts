/**
 * `-p`: probes that the kernel cannot limit to a process get a test of the pid in front of their predicate. The
 * others are attached to the process.
 */
import type { ResolvedProbe } from '../../probes/probe-type.ts';
import type { Target } from '../../program/target.ts';
import type { Expression, ProbeAst } from '../ast.ts';

const tested: ReadonlySet<string> = new Set([
  'kprobe',
  'kretprobe',
  'fentry',
  'fexit',
  'tracepoint',
  'rawtracepoint',
]);

/** `probes` are of one type. */
export function limitedToTarget(
  ast: ProbeAst,
  probes: readonly ResolvedProbe[],
  { targetPid }: Target,
): ProbeAst {
  if (targetPid === undefined || !tested.has(probes[0]?.type.name ?? '')) return ast;
  const { span, predicate } = ast;
  const test: Expression = {
    kind: 'binary',
    op: '==',
    left: { kind: 'identifier', name: 'pid', span },
    right: { kind: 'integer', value: BigInt(targetPid), span },
    span,
  };
  if (predicate === undefined) return { ...ast, predicate: test };
  return { ...ast, predicate: { kind: 'binary', op: '&&', left: test, right: predicate, span } };
}
