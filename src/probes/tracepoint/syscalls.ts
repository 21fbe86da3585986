/**
 * System call tracepoints on the BTF tracepoints sys_enter(struct pt_regs *, long number) and
 * sys_exit(struct pt_regs *, long result). The originals fire for native calls only (the kernel's
 * trace_get_syscall_nr() answers -1 in a compat call) and take the number from the saved registers; the
 * dispatching program that lowering builds does the same.
 */
import type { Target, TracepointFormat } from '../../program/target.ts';
import type { ProbeType, ResolvedProbe } from '../probe-type.ts';

export function resolveSyscall(
  event: string,
  format: Pick<TracepointFormat, 'fields'>,
  target: Target,
  type: ProbeType,
): ResolvedProbe | undefined {
  const match = /^sys_(enter|exit)_(.+)$/.exec(event);
  if (match === null || !target.has('tp_btf')) return undefined;
  const direction = match[1] === 'enter' ? 'enter' : 'exit';
  const number = target.syscallNumber(match[2]!);
  if (number === undefined) return undefined;
  const name = `sys_${direction}` as const;
  return {
    type,
    name: `tracepoint:syscalls:${event}`,
    programType: 'tracing',
    tracing: { kind: 'raw_tp', target: name },
    point: { kind: 'raw-tracepoint', name },
    via: `raw tracepoint ${name}, dispatch on the call number`,
    context: { kind: 'syscall', direction, fields: format.fields },
    space: 'user',
    dispatch: { group: name, number },
  };
}
