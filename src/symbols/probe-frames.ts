/**
 * The innermost frames of a kernel stack that are the probe's own machinery, not the kernel's work: a program on a raw
 * tracepoint sees itself, the function that runs it and the tracepoint's iterator; one on a trampoline sees itself and
 * the trampoline. A stack taken by a perf event or a kprobe has none of them, and the same stack is to look the same
 * however the probe is attached.
 */
import type { KernelSymbols } from './kernel-symbols.ts';

/** Runs the program: bpf_trace_run1 … 12 (kernel/trace/bpf_trace.c), or a trampoline. */
const runner = /^(?:bpf_trace_run\d+|bpf_trampoline_\d+)$/;
/** What the tracepoint macros define around it (include/trace/bpf_probe.h, include/linux/tracepoint.h). */
const iterator = /^__(?:bpf_trace|traceiter)_/;
/** The program may be some functions deep when it takes the stack. */
const deepest = 5;

/** The stack from the frame on that the probe is in. */
export function withoutProbeFrames(
  symbols: Pick<KernelSymbols, 'lookup'>,
  addresses: readonly bigint[],
): readonly bigint[] {
  const nameOf = (index: number) => {
    const address = addresses[index];
    return address === undefined ? '' : (symbols.lookup(address)?.name ?? '');
  };
  for (let index = 0; index < Math.min(deepest, addresses.length); index++) {
    if (!runner.test(nameOf(index))) continue;
    let first = index + 1;
    while (iterator.test(nameOf(first))) first++;
    return addresses.slice(first);
  }
  return addresses;
}
