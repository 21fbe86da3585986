/**
 * Lays the blocks of one function out as a list of instructions and jumps, then chooses the form of each jump by
 * its distance: 16-bit offsets, `gotol` (v4) beyond.
 */
import { must } from '../../base/assert.ts';
import * as build from '../../bpf/build.ts';
import { type Insn, slotCount } from '../../bpf/instruction.ts';
import { inverseCompare } from '../ir/arithmetic.ts';
import type { BlockId, SourcePlace, Width } from '../ir.ts';
import {
  type Comparison,
  comparison,
  directComparison,
  encodeInstruction,
  type Link,
} from './encode-instruction.ts';
import { ProgramTooLargeError } from './errors.ts';
import type { Isa } from './legalise.ts';
import type { MachineFunction, MachineTerminator } from './machine.ts';

/** An instruction, or a jump whose distance is not known yet. */
type Item = { readonly span?: SourcePlace | undefined } & (
  | { readonly insn: Insn; readonly link?: Link }
  | {
      readonly target: BlockId;
      readonly condition?: { readonly width: Width; readonly comparison: Comparison };
    }
);

export interface AssembledInsn {
  readonly insn: Insn;
  readonly link?: Link;
  readonly span?: SourcePlace | undefined;
}

export function assemble(fn: MachineFunction, isa: Isa): AssembledInsn[] {
  const items: Item[] = [];
  const starts = new Map<BlockId, number>();
  fn.blocks.forEach((block, index) => {
    starts.set(block.id, items.length);
    for (const i of block.instructions) {
      for (const encoded of encodeInstruction(i, isa)) items.push({ ...encoded, span: i.span });
    }
    items.push(...terminatorItems(block.terminator, fn.blocks[index + 1]?.id, isa));
  });
  return resolveJumps(fn.name, items, starts, isa);
}

function terminatorItems(t: MachineTerminator, next: BlockId | undefined, isa: Isa): Item[] {
  const { span } = t;
  const jump = (target: BlockId): Item[] => (target === next ? [] : [{ target, span }]);
  if (t.op === 'exit') return [{ insn: build.exit(), span }];
  if (t.op === 'jump') return jump(t.target);
  const conditional = (c: Comparison, target: BlockId): Item => ({
    target,
    span,
    condition: { width: t.width, comparison: c },
  });
  const taken = directComparison(t.operator, t.a, t.b, isa);
  const inverse = inverseCompare[t.operator];
  const opposite = inverse && directComparison(inverse, t.a, t.b, isa);
  if (opposite && (t.then === next || !taken)) return [conditional(opposite, t.otherwise), ...jump(t.then)];
  return [conditional(must(taken, `form of ${t.operator}`), t.then), ...jump(t.otherwise)];
}

/** Distances decide forms and forms change distances: jumps only ever grow, so this ends. */
function resolveJumps(
  name: string,
  items: readonly Item[],
  starts: ReadonlyMap<BlockId, number>,
  isa: Isa,
): AssembledInsn[] {
  const long = new Set<number>();
  for (;;) {
    const slots = slotsOf(items, long);
    const distance = (index: number, target: BlockId, size: number) =>
      must(slots[must(starts.get(target), `block ${target}`)], 'slot') - must(slots[index], 'slot') - size;
    const tooFar = items.flatMap((item, index) =>
      'target' in item && !long.has(index) && !fits16(distance(index, item.target, 1)) ? [index] : [],
    );
    if (tooFar.length === 0) {
      return items.flatMap((item, index): AssembledInsn[] => {
        if ('insn' in item) return [item];
        const isLong = long.has(index);
        const size = jumpSize(item, isLong);
        return jumpInsns(item, distance(index, item.target, size), isLong).map((insn) => ({
          insn,
          span: item.span,
        }));
      });
    }
    if (isa < 4) {
      const far = items[must(tooFar[0], 'jump')];
      const reach = far && 'target' in far ? distance(must(tooFar[0], 'jump'), far.target, 1) : 0;
      throw new ProgramTooLargeError(name, must(slots.at(-1), 'slot'), Math.abs(reach));
    }
    for (const index of tooFar) long.add(index);
  }
}

const fits16 = (distance: number): boolean => distance >= -0x8000 && distance <= 0x7fff;

/** Slot of each item, and of the end. */
function slotsOf(items: readonly Item[], long: ReadonlySet<number>): number[] {
  const slots = [0];
  let next = 0;
  items.forEach((item, index) => {
    next += 'insn' in item ? slotCount(item.insn) : jumpSize(item, long.has(index));
    slots.push(next);
  });
  return slots;
}

type Jump = Extract<Item, { target: BlockId }>;
const jumpSize = (jump: Jump, long: boolean): number => (jump.condition && long ? 3 : 1);

/** A long conditional jump goes over a short one: if c goto +1; goto +1; gotol target. `distance` is from the end. */
function jumpInsns(jump: Jump, distance: number, long: boolean): Insn[] {
  const { condition } = jump;
  if (!condition) return [long ? build.jumpLong(distance) : build.jump(distance)];
  if (!long) return [comparison(condition.comparison, condition.width, distance)];
  return [comparison(condition.comparison, condition.width, 1), build.jump(1), build.jumpLong(distance)];
}
