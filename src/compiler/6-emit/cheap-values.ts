/**
 * Values that cost one instruction to make: constants and addresses. They have no register of their own; selection
 * makes each where it is needed, which is cheaper than keeping it, and remembers only what takes two slots.
 */
import { must } from '../../base/assert.ts';
import type { FlowGraph } from '../ir/graph.ts';
import { resultOf } from '../ir/instruction.ts';
import type { Instruction, ValueId } from '../ir.ts';

type Of<Op extends Instruction['op']> = Extract<Instruction, { op: Op }>;

/** What is made where it is used. */
export type Cheap =
  | Of<'const' | 'map' | 'map-value' | 'function-address' | 'kernel-variable' | 'fact'>
  | StackAddress;
/** A place in a stack object: the address, or one a constant beyond it. */
export type StackAddress = Of<'stack-address'> & { readonly plus?: number };

export const fits32 = (value: bigint): boolean => BigInt.asIntN(32, value) === value;

export function cheapValues(graph: FlowGraph): Map<ValueId, Cheap> {
  const cheap = new Map<ValueId, Cheap>();
  for (const id of graph.order) {
    for (const i of must(graph.block.get(id), `block ${id}`).instructions) {
      const made = isCheap(i) ? i : stackAddressBeyond(i, cheap);
      const result = resultOf(i);
      if (made && result !== undefined) cheap.set(result, made);
    }
  }
  return cheap;
}

/** `i` when it adds a constant to a place on the stack. */
function stackAddressBeyond(i: Instruction, known: ReadonlyMap<ValueId, Cheap>): StackAddress | undefined {
  if (i.op !== 'binary' || i.operator !== 'add' || i.width !== 64) return undefined;
  const [base, by] = [known.get(i.a), known.get(i.b)];
  if (base?.op !== 'stack-address' || by?.op !== 'const') return undefined;
  const plus = (base.plus ?? 0) + Number(BigInt.asIntN(64, by.value));
  return Math.abs(plus) < 0x1000 ? { ...base, plus } : undefined;
}

function isCheap(i: Instruction): i is Cheap {
  return (
    i.op === 'const' ||
    i.op === 'stack-address' ||
    i.op === 'map' ||
    i.op === 'map-value' ||
    i.op === 'function-address' ||
    i.op === 'kernel-variable' ||
    i.op === 'fact'
  );
}

/** Undefined for what one instruction makes anyway. */
export function cacheKey(made: Cheap): string | undefined {
  switch (made.op) {
    case 'const':
      return fits32(made.value) ? undefined : `${made.value}`;
    case 'stack-address':
      return `stack ${made.object} ${made.plus ?? 0}`;
    case 'map':
      return `map ${made.map}`;
    case 'map-value':
      return `value ${made.map} ${made.offset}`;
    case 'function-address':
    case 'kernel-variable':
      return undefined;
    case 'fact':
      return `fact ${Object.values(made.fact).join(' ')}`;
  }
}
