/** Stacks as values of columns: their frames, without those that only tell how the program was called. */
import type { Cell, Column } from './column.ts';

/** The way from a tracepoint into a program, and the program itself, in the innermost frames of kernel stacks. */
const tracerFrame = /^(?:bpf_prog_|bpf_trace_run|__bpf_trace_|__traceiter_|bpf_trampoline_|bpf_get_stackid)/;
const tracerFrames = 6;

/** Innermost frame first. `sampled`: nothing of the stack is ours. */
export function stackFrames(cell: Cell | undefined, sampled = false): readonly string[] {
  const frames = Array.isArray(cell) ? cell.map(String) : [];
  if (sampled) return frames;
  const last = frames.slice(0, tracerFrames).findLastIndex((frame) => tracerFrame.test(frame));
  return frames.slice(last + 1);
}

/** A stack as part of the key of histograms. */
export function stackColumn(field: 'kernel' | 'user'): Column {
  return {
    title: field.toUpperCase(),
    field,
    type: 'array',
    about: `${field} stack, innermost frame first`,
    width: 16,
    align: 'left',
    from: (row) => stackFrames(row[field]),
  };
}
