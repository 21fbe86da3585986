/** Loops by callback, string comparison, and arguments of traced functions. */
import { errno } from '../errors.ts';
import { helper, type NamedHelpers, size32 } from './helper.ts';

/** BPF_MAX_LOOPS. */
const maxLoops = 1 << 23;

export const controlHelpers: NamedHelpers = {
  loop: helper(4, (execution, count, callback, context, flags) => {
    const iterations = size32(count);
    if (flags !== 0n) return BigInt(-errno.EINVAL);
    // The verifier inlines the call, and its inlined form moves 32 bits.
    if (iterations > maxLoops) return BigInt(-errno.E2BIG >>> 0);
    const slot = execution.functionSlot(callback);
    for (let i = 0; i < iterations; i++) {
      if (execution.call(slot, [BigInt(i), context]) !== 0n) return BigInt(i + 1);
    }
    return BigInt(iterations);
  }),
  strncmp: helper(3, ({ memory }, a, size, b) => {
    const left = memory.slice(a, size32(size));
    for (let i = 0; i < left.length; i++) {
      const other = Number(memory.load(b + BigInt(i), 1));
      const difference = (left[i] ?? 0) - other;
      if (difference !== 0) return difference < 0 ? -1n : 1n;
      if (other === 0) return 0n;
    }
    return 0n;
  }),
  // Before the context of fentry and fexit programs lies nothing here; the arguments are the context's words.
  get_func_arg: helper(3, ({ memory, host }, context, index, to) => {
    const count = host.argumentCount;
    if (size32(index) >= count) return BigInt(-errno.EINVAL);
    memory.store(to, 8, memory.load(context + BigInt(size32(index) * 8), 8));
    return 0n;
  }),
  get_func_arg_cnt: helper(1, ({ host }) => BigInt(host.argumentCount)),
};
