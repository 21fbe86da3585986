/**
 * How a kernel function is traced, by what the kernel has:
 *
 *     multi        one link for any number of functions (5.18, CONFIG_FPROBE)
 *     perf         a perf event for each; the only way to a place inside a function (CONFIG_KPROBE_EVENTS)
 *     trampoline   fentry and fexit, a program for each function: for kernels without kprobes. It has the arguments
 *                  that the function's type names, not the registers.
 */
import type { Target } from '../../program/target.ts';

export type Mechanism = 'multi' | 'perf' | 'trampoline';

export function chooseMechanism(
  target: Target,
  { inside, returns }: { inside: boolean; returns: boolean },
): Mechanism | undefined {
  if (!inside && target.has('kprobe_multi')) return 'multi';
  if (target.has('kprobe_pmu')) return 'perf';
  if (!inside && target.btf !== undefined && target.has(returns ? 'fexit' : 'fentry')) return 'trampoline';
  return undefined;
}

/** What the kernel would need, and lacks. */
export function lackOfMechanism(target: Target, { inside }: { readonly inside: boolean }): string {
  const lacks = ['no kprobe event source (CONFIG_KPROBE_EVENTS)'];
  if (inside) return `This kernel cannot probe inside a function or at an address: it has ${lacks[0]}`;
  lacks.unshift('no multi-kprobe links (CONFIG_FPROBE, Linux 5.18)');
  lacks.push(
    target.btf === undefined ? 'no BTF for fentry (CONFIG_DEBUG_INFO_BTF)' : 'it refuses fentry programs',
  );
  return `This kernel cannot trace its functions: it has ${lacks.slice(0, 2).join(', ')}, and ${lacks[2]}`;
}
