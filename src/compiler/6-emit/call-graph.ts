/**
 * Functions that call each other: which are used at all (the kernel refuses unreachable code), and how deep the
 * stack gets. The kernel adds the frames of a chain of calls, each rounded up to 32 bytes, callbacks included
 * (check_max_stack_depth in kernel/bpf/verifier.c).
 */
import { must } from '../../base/assert.ts';
import type { IrModule } from '../ir.ts';
import { StackLimitError, stackLimit } from './errors.ts';

function calleesOf(module: IrModule, index: number): number[] {
  const callees = new Set<number>();
  for (const block of must(module.functions[index], `function ${index}`).blocks) {
    for (const i of block.instructions) {
      if (i.op === 'call-local' || i.op === 'function-address') callees.add(i.function);
    }
  }
  return [...callees];
}

/** The entry first, then in order of discovery. */
export function reachableFunctions(module: IrModule): number[] {
  const seen = new Set([0]);
  for (const index of seen) for (const callee of calleesOf(module, index)) seen.add(callee);
  return [...seen];
}

/** @throws {StackLimitError} beyond 512 bytes */
export function stackDepthOf(module: IrModule, frames: ReadonlyMap<number, number>): number {
  const { depth, chain } = deepest(module, frames, 0, new Set());
  if (depth > stackLimit) {
    throw new StackLimitError(
      depth,
      chain.map((index) => must(module.functions[index], 'function').name),
    );
  }
  return depth;
}

/** Recursion is the verifier's to refuse: a function already on the chain counts once. */
function deepest(
  module: IrModule,
  frames: ReadonlyMap<number, number>,
  index: number,
  above: ReadonlySet<number>,
): { depth: number; chain: number[] } {
  const own = Math.max(32, Math.ceil((frames.get(index) ?? 0) / 32) * 32);
  let best: { depth: number; chain: number[] } = { depth: 0, chain: [] };
  for (const callee of calleesOf(module, index)) {
    if (above.has(callee) || callee === index) continue;
    const below = deepest(module, frames, callee, new Set([...above, index]));
    if (below.depth > best.depth) best = below;
  }
  return { depth: own + best.depth, chain: [index, ...best.chain] };
}
