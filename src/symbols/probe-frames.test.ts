import { describe, expect, it } from 'vitest';
import { withoutProbeFrames } from './probe-frames.ts';

const names = [
  'bpf_prog_1_f',
  'bpf_trace_run4',
  '__traceiter_sched_switch',
  '__bpf_trace_sched_switch',
  '__schedule',
  'bpf_trampoline_6442',
];
const symbols = {
  lookup: (address: bigint) => {
    const name = names[Number(address)];
    return name === undefined ? undefined : { name, module: undefined, offset: 1 };
  },
};

describe('withoutProbeFrames', () => {
  it.each([
    ['a raw tracepoint', [0n, 1n, 2n, 4n], [4n]],
    ['a tracepoint called directly', [0n, 1n, 3n, 4n], [4n]],
    ['a subprogram', [0n, 0n, 1n, 2n, 4n], [4n]],
    ['a program without a name', [99n, 1n, 2n, 4n], [4n]],
    ['a trampoline', [0n, 5n, 4n], [4n]],
    ['a kprobe', [4n, 99n], [4n, 99n]],
    ['nothing', [], []],
  ])('of %s', (_, stack, rest) => {
    expect(withoutProbeFrames(symbols, stack)).toEqual(rest);
  });
});
