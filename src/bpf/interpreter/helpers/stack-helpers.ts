/** Stack traces: the world provides the addresses. Flags as in bpf-helpers(7), bpf_get_stack. */
import { errno, Fault } from '../errors.ts';
import type { Execution } from '../execution.ts';
import { StackTraceMap } from '../maps/stack-trace-map.ts';
import { helper, type NamedHelpers, size32 } from './helper.ts';

const skipMask = 0xffn;
const userStack = 1n << 8n;
/** SKIP, USER_STACK, FAST_STACK_CMP, REUSE_STACKID, USER_BUILD_ID. */
const knownFlags = skipMask | userStack | (1n << 9n) | (1n << 10n) | (1n << 11n);

/** The chosen stack without the skipped frames; undefined when nothing is left. */
function chosenStack({ world }: Execution, flags: bigint): readonly bigint[] | undefined {
  const stack = (flags & userStack) === 0n ? world.kernelStack : world.userStack;
  const rest = stack.slice(Number(flags & skipMask));
  return rest.length === 0 ? undefined : rest;
}

function copyStack(execution: Execution, buffer: bigint, size: number, flags: bigint): bigint {
  const target = execution.memory.writableSlice(buffer, size);
  const stack = chosenStack(execution, flags)?.slice(0, size / 8);
  if (size % 8 !== 0 || (flags & ~knownFlags) !== 0n || !stack) {
    target.fill(0);
    return BigInt(size % 8 === 0 && (flags & ~knownFlags) === 0n ? -errno.EFAULT : -errno.EINVAL);
  }
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  stack.forEach((address, i) => {
    view.setBigUint64(i * 8, address, true);
  });
  return BigInt(stack.length * 8);
}

export const stackHelpers: NamedHelpers = {
  get_stackid: helper(3, (execution, _context, mapAddress, flags) => {
    const map = execution.host.mapAt(mapAddress);
    if (!(map instanceof StackTraceMap)) throw new Fault(`map ${map.name} is no stack-trace map`);
    if ((flags & ~knownFlags) !== 0n) return BigInt(-errno.EINVAL);
    return BigInt(map.idOf(chosenStack(execution, flags) ?? [], flags));
  }),
  get_stack: helper(4, (execution, _context, buffer, size, flags) =>
    copyStack(execution, buffer, size32(size), flags),
  ),
  get_task_stack: helper(4, (execution, _task, buffer, size, flags) =>
    copyStack(execution, buffer, size32(size), flags),
  ),
};
