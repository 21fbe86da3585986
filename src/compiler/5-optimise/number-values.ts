/**
 * Common subexpressions by value numbering along the dominator tree: an instruction that computes what a
 * dominating one has computed is replaced by it. Covers arithmetic, invariant loads and pure helper calls; those
 * calls are what this pays for (pid, comm pointer, current task). Constants and addresses are merged too, since
 * emitting makes them anew at each use anyway.
 */
import { must } from '../../base/assert.ts';
import { Dominators, flowGraph } from '../ir/graph.ts';
import { mapOperands } from '../ir/instruction.ts';
import { replaceValues, resolver } from '../ir/rewrite.ts';
import type { BinaryOp, BlockId, Instruction, IrFunction, ValueId } from '../ir.ts';

const commutative: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['add', 'mul', 'and', 'or', 'xor']);

export function numberValues(fn: IrFunction): boolean {
  const graph = flowGraph(fn);
  const dominators = new Dominators(graph);
  const replacements = new Map<ValueId, ValueId>();
  const resolve = resolver(replacements);
  const table = new Map<string, ValueId>();
  const removed = new Set<Instruction>();

  const visit = (id: BlockId): string[] => {
    const added: string[] = [];
    const block = must(graph.block.get(id), `block ${id}`);
    for (const instruction of block.instructions) {
      const key = keyOf(mapOperands(instruction, resolve), id);
      if (key === undefined || !('result' in instruction) || instruction.result === undefined) continue;
      const known = table.get(key);
      if (known === undefined) {
        table.set(key, instruction.result);
        added.push(key);
      } else {
        replacements.set(instruction.result, known);
        removed.add(instruction);
      }
    }
    return added;
  };

  // What a block adds to the table holds in the blocks it dominates, and is taken back when they are done.
  const stack: { id: BlockId; added?: string[] }[] = [{ id: graph.entry }];
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (top.added) for (const key of top.added) table.delete(key);
    else {
      stack.push({ id: top.id, added: visit(top.id) });
      for (const child of dominators.children(top.id)) stack.push({ id: child });
    }
  }
  for (const block of fn.blocks) block.instructions = block.instructions.filter((i) => !removed.has(i));
  return replaceValues(fn, replacements);
}

/** Equal keys compute equal values. Undefined for what must not be merged. */
function keyOf(i: Instruction, block: BlockId): string | undefined {
  switch (i.op) {
    case 'const':
      return `const ${BigInt.asUintN(64, i.value)}`;
    case 'binary': {
      const swap = commutative.has(i.operator) && i.a > i.b;
      return `${i.operator}${i.width} ${swap ? i.b : i.a} ${swap ? i.a : i.b}`;
    }
    case 'unary':
      return `${i.operator} ${i.a}`;
    case 'compare':
      return `compare ${i.operator}${i.width} ${i.a} ${i.b}`;
    case 'load':
      return i.invariant ? `load ${i.size} ${i.signed} ${i.base} ${i.offset}` : undefined;
    case 'stack-address':
      return `stack ${i.object}`;
    case 'map':
      return `map ${i.map}`;
    case 'map-value':
      return `map-value ${i.map} ${i.offset}`;
    case 'function-address':
      return `function ${i.function}`;
    case 'kernel-variable':
      return `kernel-variable ${i.btfId}`;
    case 'fact':
      return `fact ${Object.values(i.fact).join(' ')}`;
    case 'call':
      return i.pure ? `call ${i.helper} ${i.args.join(' ')}` : undefined;
    case 'phi': {
      const entries = [...i.incoming].sort((a, b) => a.block - b.block);
      return `phi ${block} ${entries.map((e) => `${e.block}:${e.value}`).join(' ')}`;
    }
    default:
      return undefined;
  }
}
