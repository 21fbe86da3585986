/**
 * Stacks are kept in the kernel by number. bpf_get_stackid puts a stack into the bucket of its hash and refuses it when
 * another one is there: among some thousand different stacks, every tenth would be lost. Such a stack is copied and
 * kept a second way: as the key of a hash map whose value is a number above those of the buckets.
 */
import { StackNumbers } from '../../program/program.ts';
import type { ValueId } from '../ir.ts';
import { helpers } from './helper-ids.ts';
import type { Lowering } from './lowering.ts';

/** What bpf_get_stackid says of a taken bucket. */
const EEXIST = -17n;
const BPF_NOEXIST = 1n;

/** The number of the stack; negative when there is none, or when it could not be kept, which is counted. */
export function keepStack(l: Lowering, stackMap: number, flags: bigint): ValueId {
  const id = l.b.call(helpers.getStackId, [l.context, l.b.map(stackMap), flags]);
  if (!l.target.has('atomic_fetch')) {
    l.when('eq', id, EEXIST, () => l.countLoss('stackCollision'));
    return id;
  }
  const kept = l.b.variable(id);
  l.when('eq', id, EEXIST, () => l.b.write(kept, keepCopy(l, stackMap, flags)));
  return l.b.read(kept);
}

function keepCopy(l: Lowering, stackMap: number, flags: bigint): ValueId {
  const { table, scratch, size } = l.program.stackOverflow(stackMap);
  const result = l.b.variable(EEXIST);
  const [key, number] = [l.stackBlock(8), l.stackBlock(8)];
  l.b.store(4, key.base, key.offset, 0n);
  const copy = l.b.call(helpers.mapLookup, [l.b.map(scratch), l.address(key)]);
  l.when(
    'ne',
    copy,
    0n,
    () => {
      // What the stack does not fill, the helper sets to zero.
      l.b.call(helpers.getStack, [l.context, copy, BigInt(size), flags]);
      const known = l.b.variable(l.b.call(helpers.mapLookup, [l.b.map(table), copy]));
      l.when('eq', l.b.read(known), 0n, () => {
        const next = l.b.atomicFetch('add', 8, l.b.mapValue(l.program.stackNumbers), 0, 1n);
        l.b.store(8, number.base, number.offset, l.b.binary('add', next, BigInt(StackNumbers.firstCopy)));
        l.b.call(helpers.mapUpdate, [l.b.map(table), copy, l.address(number), BPF_NOEXIST]);
        l.b.write(known, l.b.call(helpers.mapLookup, [l.b.map(table), copy]));
      });
      const found = l.b.read(known);
      const [there, full, on] = [l.b.block(), l.b.block(), l.b.block()];
      l.b.branch('ne', found, 0n, there, full, { likely: 'then' });
      l.b.switchTo(there);
      l.b.write(result, l.b.load(8, found, 0));
      l.b.jump(on);
      l.b.switchTo(full);
      l.countLoss('stackCollision');
      l.b.jump(on);
      l.b.switchTo(on);
    },
    'then',
  );
  return l.b.read(result);
}
